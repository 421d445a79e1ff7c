import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyRewinds } from '../shared/rewinds/gaps.fixture.js';
import type { TrainedPoint } from '../shared/rewinds/points.js';
import { compareStability } from './compare.js';
import { stabilityFindings } from './findings.js';
import { stabilityFound } from './found.fixture.js';
import type { StabilityFound, StabilityLine } from './found.js';
import { stabilityNotes } from './notes.js';
import { stabilityTables } from './tables.js';

const sentencesOf = (found: StabilityFound) =>
  stabilityFindings(found).map(({ outcome, text }) => `${outcome}: ${text}`);
const placed = (entries: readonly { density: number; rewind: number }[]) =>
  entries.map(({ density, rewind }) => `${density} ${rewind}`);

describe('stability', () => {
  it('is found where barriers are below 2 points, density by density, and holds from there on', () => {
    const sentences = sentencesOf(stabilityFound());
    expect(sentences[0]).toMatch(/^supported: Children of the dense network are stable from the initialisation on/);
    expect(sentences[1]).toMatch(
      /^supported: Children of tickets at 20.0% of weights are stable from iteration 100 on.* From the initialisation it is \d+\.\d\d points .* not stable\.$/,
    );
    expect(sentences[2]).toMatch(/5.0% of weights are stable from iteration 500 on/);
    expect(sentences[3]).toMatch(/2.0% of weights are stable from iteration 2,000 on/);
    // Stable once and unstable later is not stable from there on.
    const late = stabilityFound({ barrier: (_, rewind) => (rewind === 100 ? 0.001 : 0.2) });
    expect(sentencesOf(late)[1]).toMatch(
      /^contradicted: .* are not stable from the latest rewind that was tried: from iteration 2,000/,
    );
    const never = stabilityFound({ barrier: () => 0.2 });
    expect(sentencesOf(never)[0]).toMatch(/^contradicted: .* are stable from no rewind that was tried/);
  });

  it('averages pairs of children within their trial first', () => {
    const found = stabilityFound({ trials: 2, children: 3, rewinds: [0], densities: [0.1], noise: 0 });
    const of = (trial: number, heights: readonly number[]): StabilityLine[] =>
      heights.map((height, i) => ({
        kind: 'children',
        rewind: 0,
        density: 0.1,
        trial,
        children: [0, i + 1],
        values: { test: { error: [0.1, 0.1 + height, 0.1], loss: [1, 1, 1] }, train: null, matching: null },
      }));
    const lines = [...of(0, [0.01, 0.02, 0.03]), ...of(1, [0.1])];
    const entry = compareStability({ ...found, lines }).entries.find(({ density }) => density === 0.1);
    const { test, byTrial, train } = entry?.children ?? { test: null, byTrial: new Map(), train: null };
    expect(byTrial.get(0)).toBeCloseTo(0.02, 12);
    expect(test).toMatchObject({ n: 2, runs: 4, leftOut: 0 });
    expect(test?.mean).toBeCloseTo(0.06, 12);
    expect(train).toBeNull();
  });

  it('leaves out lines that are no finite numbers, and says so', () => {
    const found = stabilityFound();
    const spoilt = found.lines.map((line, i): StabilityLine => {
      if (i > 0) return line;
      const error = line.values.test.error.map((value, at) => (at === 7 ? null : value));
      return { ...line, values: { ...line.values, test: { ...line.values.test, error } } };
    });
    const broken = { ...found, lines: spoilt };
    const [first] = compareStability(broken).entries;
    expect(first.children?.test).toMatchObject({ n: 2, leftOut: 1 });
    expect(stabilityNotes(broken).join(' ')).toContain('1 line of');
    expect(JSON.stringify([sentencesOf(broken), stabilityTables(broken)])).not.toMatch(/NaN|undefined|Infinity/);
  });
});

describe('matching where stable', () => {
  it('is supported where both go together, and lists which tickets are what', () => {
    const found = stabilityFound({ trials: 5 });
    const relation = compareStability(found).relation;
    expect(relation.exactly).toEqual({ outcome: 'supported', reason: null });
    expect(placed(relation.stableAndMatching)).toEqual([
      '0.2 100',
      '0.2 500',
      '0.2 2000',
      '0.05 500',
      '0.05 2000',
      '0.02 2000',
    ]);
    expect(relation.neither).toHaveLength(6);
    expect([relation.stableAlone, relation.matchingAlone, relation.open]).toEqual([[], [], []]);
    expect(relation.correlation.mean).toBeLessThan(-0.5);
    expect(relation.falling.verdict.outcome).toBe('supported');
    expect(relation).toMatchObject({ tickets: 12 });
  });

  it('is contradicted by tickets that are stable and fall short, and undecided where all are alike', () => {
    const short = compareStability(stabilityFound({ trials: 5, gain: () => -0.02 })).relation;
    expect(short.exactly.outcome).toBe('contradicted');
    expect(short.stableAlone).toHaveLength(6);
    expect(short.neither).toHaveLength(6);
    const alike = compareStability(stabilityFound({ trials: 5, gain: () => 0.001, barrier: () => 0.001 })).relation;
    expect(alike.exactly).toEqual({
      outcome: 'undecided',
      reason: { kind: 'stated', text: 'no ticket is found to be unstable and to fall short' },
    });
    const free = compareStability(stabilityFound({ trials: 5, gain: () => 0, barrier: () => 0.3 })).relation;
    expect(free.exactly.outcome).toBe('contradicted');
    expect(free.matchingAlone).toHaveLength(12);
  });

  it('takes the ticket in its trial’s own order alone, whatever its further children do', () => {
    const found = stabilityFound({ noise: 0 });
    const worse = found.trained.map((point): TrainedPoint => {
      if (point.draw === 0) return point;
      return { ...point, end: { ...point.end, testAccuracy: 0.1 } };
    });
    const gains = (trained: readonly TrainedPoint[]) =>
      compareStability({ ...found, trained }).entries.map(({ matching, accuracy }) => [matching?.mean, accuracy?.mean]);
    expect(gains(worse)).toEqual(gains(found.trained));
  });
});

describe('networks of two trials', () => {
  it('have their barriers before and after matching, over pairs, and none where there is one trial', () => {
    const entries = compareStability(stabilityFound({ trials: 6, noise: 0 })).trials;
    expect(entries.map(({ density, matched }) => `${density} ${matched}`).slice(0, 5)).toEqual([
      '1 not',
      '1 own',
      '0.2 not',
      '0.2 own',
      '0.2 dense',
    ]);
    const [before, after] = entries;
    // A parabola on 30 points reaches all but its top.
    const top = 4 * (14 / 29) * (15 / 29);
    expect(before.test?.mean).toBeCloseTo(0.6 * top, 10);
    expect(before.test).toMatchObject({ pairs: 15, trials: 6 });
    expect(before.lowered).toBeNull();
    expect(after.lowered?.mean?.mean).toBeCloseTo(0.5 * top, 10);
    expect(compareStability(stabilityFound({ trials: 1 })).trials).toEqual([]);
  });

  it('are found to come nearer by matching where they do', () => {
    const sentences = sentencesOf(stabilityFound({ trials: 6 }));
    const dense = sentences.find((text) => text.includes('Between the dense networks'));
    expect(dense).toMatch(/^supported: Between the dense networks of two trials matching their hidden units lowers/);
    expect(dense).toContain('15 pairs of 6 trials');
    expect(dense).toContain('still not linearly connected');
  });
});

describe('whatever is there', () => {
  it('never shows a number that is none', () => {
    fc.assert(
      fc.property(anyRewinds, (fixture) => {
        const stable = stabilityFound(fixture);
        const found = { ...stable, lines: stable.lines.filter(() => !fixture.missing()) };
        const texts = [stabilityFindings(found), stabilityNotes(found), stabilityTables(found)];
        expect(JSON.stringify(texts)).not.toMatch(/NaN|undefined|Infinity|null points/);
        for (const { head, rows } of stabilityTables(found)) {
          for (const row of rows) expect(row).toHaveLength(head.length);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('is said to be nothing where it is nothing', () => {
    const none = { ...stabilityFound(), trained: [], lines: [] };
    expect(sentencesOf(none)).toEqual(['null: No line between two networks has been measured yet.']);
  });
});
