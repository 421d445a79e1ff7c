import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyRewinds } from '../shared/rewinds/gaps.fixture.js';
import type { TrainedPoint } from '../shared/rewinds/points.js';
import { compareRewinds } from './compare.js';
import { rewindFindings, rewindNotes } from './findings.js';
import { rewindFound } from './found.fixture.js';
import { rewindTables } from './tables.js';

describe('matching', () => {
  it('is tested against a margin, so that a small loss matches and one of the margin’s size is undecided', () => {
    const outcomes = (gain: number) =>
      compareRewinds(rewindFound({ trials: 5, gain: () => gain, noise: 0.0006 })).entries.map(
        ({ matching }) => matching?.verdict.outcome,
      );
    expect(new Set(outcomes(-0.0005))).toEqual(new Set(['supported']));
    expect(outcomes(-0.002).filter((outcome) => outcome === 'undecided').length).toBeGreaterThan(9);
    expect(new Set(outcomes(-0.006))).toEqual(new Set(['contradicted']));
  });
});

describe('rewinding', () => {
  const text = (fixture: Parameters<typeof rewindFound>[0]) =>
    rewindFindings(rewindFound(fixture)).map(({ outcome, text: words }) => `${outcome}: ${words}`);

  it('is found to help where it does, and the earliest rewind that matches is named', () => {
    const sentences = text({ trials: 5, randomMask: 1 });
    expect(sentences[0]).toMatch(/^supported: At 20.0% of weights rewinding later than to the initialisation makes/);
    expect(sentences[2]).toContain(
      'Significantly more accurate from iteration 2,000. Undecided from iterations 100 and 500',
    );
    expect(sentences[3]).toContain('the earliest rewind whose ticket matches the dense network is iteration 100');
    expect(sentences[5]).toContain('is iteration 2,000');
    expect(sentences[6]).toMatch(/^null: .* than their re-initialisation depends on the rewind/);
    expect(sentences[9]).toMatch(/^supported: .* more accurate than random masks/);
    expect(sentences.at(-1)).toMatch(/^null: At 2.0% of weights the lowest validation loss is reached on average/);
  });

  it('is found to harm, or to make no difference that the trials could show', () => {
    const harm = text({ trials: 5, gain: (_, rewind) => (rewind > 0 ? -0.02 : 0) });
    expect(harm[0]).toMatch(/^contradicted: .* makes tickets less accurate/);
    const same = text({ trials: 5, gain: () => -0.02 });
    expect(same[0]).toMatch(/^undecided: .* it is undecided whether rewinding/);
    expect(same[3]).toMatch(/^contradicted: At 20.0% of weights no ticket matches the dense network/);
  });

  it('corrects all questions over all rewinds and densities together', () => {
    const { entries } = compareRewinds(rewindFound({ trials: 3, gain: () => 0, noise: 0.001 }));
    const tests = entries.flatMap(({ toFirst, toReinitialised, toRandomMask }) =>
      [toFirst, toReinitialised, toRandomMask].filter((test) => test !== null),
    );
    const least = tests.reduce((a, b) => ((b.p as number) < (a.p as number) ? b : a));
    const all = tests.length + entries.filter(({ matching }) => matching !== null).length;
    expect(least.holmP as number).toBeGreaterThanOrEqual((least.p as number) * tests.length);
    expect(least.holmP as number).toBeLessThanOrEqual(Math.min(1, (least.p as number) * all) + 1e-12);
    expect(entries.filter(({ toFirst }) => toFirst === null)).toHaveLength(3);
  });

  it('keeps what diverged out of every mean, and says which it was', () => {
    const diverged = (point: TrainedPoint) =>
      point.condition === 'ticket' && point.density === 0.05 && point.trial === 1;
    const found = rewindFound({ diverged });
    const { entries } = compareRewinds(found);
    for (const { density, ticket, matching } of entries) {
      expect(ticket.accuracy).toMatchObject(density === 0.05 ? { n: 2, leftOut: 1 } : { n: 3, leftOut: 0 });
      expect(matching?.n).toBe(density === 0.05 ? 2 : 3);
    }
    const notes = rewindNotes(found).join(' ');
    expect(notes).toContain('4 diverged and are in no mean: ticket at 5.0% from the initialisation, trial 2;');
    expect(rewindTables(found)[0].rows.flat()).toContain('2 of 3, 1 left out');
  });
});

describe('whatever is there', () => {
  it('never shows a number that is none', () => {
    fc.assert(
      fc.property(anyRewinds, (fixture) => {
        const found = rewindFound({ ...fixture, randomMask: 1 });
        const texts = [rewindFindings(found), rewindNotes(found), rewindTables(found)];
        expect(JSON.stringify(texts)).not.toMatch(/NaN|undefined|Infinity|null points/);
        for (const { head, rows } of rewindTables(found)) {
          for (const row of rows) expect(row).toHaveLength(head.length);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('is said to be nothing where it is nothing', () => {
    expect(rewindFindings({ ...rewindFound(), trained: [] })[0].text).toBe('No ticket has finished training yet.');
  });
});
