import { describe, expect, it } from 'vitest';
import { keptByTrials } from './agreements.js';
import { focusOf, matchedValues, overlapValues, ratioWithin, shuffledValues, summariseOverlap } from './compare.js';
import { consistencyFindings, consistencyNotes } from './findings.js';
import { masksOf, smallConsistency, smallLayers, variationOf } from './found.fixture.js';
import { consistencyTables } from './tables.js';
import { consistencyTests } from './tests.js';

const found = smallConsistency();
const [order, initialisation] = found.variations;
const texts = (of = found) => consistencyFindings(of).map(({ text }) => text);
const clean = (all: unknown) => expect(JSON.stringify(all)).not.toMatch(/NaN|undefined|Infinity/);

describe('masks of pairs of trials', () => {
  it('are compared layer by layer and over all layers, with chance that keeps every layer’s densities', () => {
    const masks = [0, 1].map((trial) => masksOf(trial, 2, 0.8, 80));
    const both = smallLayers.map(
      (_, i) => masks[0][i].filter((bit, place) => bit === 1 && masks[1][i][place] === 1).length,
    );
    // 12 of 48 weights and 8 of 32 are kept.
    const [first] = overlapValues(order, 2, 'ratio');
    expect(first).toEqual({ first: 0, second: 1, value: (both[0] + both[1]) / (3 + 2) });
    expect(overlapValues(order, 2, 'jaccard', 'fc1')[0].value).toBe(both[0] / (24 - both[0]));
    expect(overlapValues(order, 2, 'ratio', 'fc2')[0].value).toBe(both[1] / 2);
    expect(overlapValues(order, 2, 'ratio')).toHaveLength(6);
    expect(ratioWithin(order, 2, 'withinInputs')).toHaveLength(6);
    expect(overlapValues(order, 3, 'ratio')).toEqual([]);
  });

  it('leave out layers that neither prunes, and are nothing where none is pruned', () => {
    const whole = <T extends { layers: readonly { size: number }[] }>(pair: T): T => ({
      ...pair,
      layers: pair.layers.map((layer, i) =>
        i === 1 ? { ...layer, first: layer.size, second: layer.size, common: layer.size } : layer,
      ),
    });
    const partly = { ...order, overlaps: order.overlaps.map(whole) };
    expect(overlapValues(partly, 2, 'ratio')).toEqual(overlapValues(order, 2, 'ratio', 'fc1'));
    expect(overlapValues(partly, 2, 'ratio', 'fc2')).toEqual([]);
    expect(texts({ ...found, variations: [partly] })[0]).toContain('times as much as chance');
    expect(consistencyNotes({ ...found, variations: [partly] })).toContain(
      'Layers that are never pruned are left out: fc2.',
    );
  });

  it('with units matched are averaged over draws within the pair, whose search they are held against', () => {
    const matched = matchedValues(initialisation, 2, 'ratio');
    const shuffled = shuffledValues(initialisation, 2, 'degrees', 'ratio');
    matched.forEach(({ value }, i) => {
      expect(value).toBeGreaterThan(shuffled[i].value);
      const { layers, shuffled: draws } = initialisation.matchings.filter(({ level }) => level === 2)[i];
      expect(shuffled[i].value).toBeCloseTo((draws[0].common[0] + draws[0].common[1]) / 5, 12);
      expect(value).toBeCloseTo((layers[0].common + layers[1].common) / 5, 12);
    });
    expect(matchedValues(order, 2, 'ratio')).toEqual([]);
  });
});

describe('tests of consistency', () => {
  it('judge overlap against chance, matching against shuffled masks, and variations against one another', () => {
    const tests = consistencyTests(found);
    expect(tests.map(({ variation, claim }) => `${variation} ${claim.kind}`)).toEqual([
      'order above-chance',
      'order above-variation',
      'initialisation above-chance',
      'initialisation above-shuffled',
      'initialisation above-shuffled',
    ]);
    const outcome = (kind: string, variation = 'order') =>
      tests.find((test) => test.variation === variation && test.claim.kind === kind)?.verdict.outcome;
    expect(outcome('above-chance')).toBe('supported');
    expect(outcome('above-variation')).toBe('supported');
    expect(outcome('above-chance', 'initialisation')).toBe('undecided');
    expect(outcome('above-shuffled', 'initialisation')).toBe('supported');
    for (const { p, test } of tests) expect(p!).toBeGreaterThanOrEqual(test.p!);
  });

  it('are about the density that was asked for nearest the paper’s', () => {
    const levels = [0.64, 0.3, 0.1, 0.02].map((density, i) => ({ level: i + 1, density, asked: i > 0 }));
    expect(focusOf({ levels }).density).toBe(0.3);
  });
});

describe('what several trials agree on', () => {
  it('is the core and the union of their masks, beside independent ones', () => {
    const kept = keptByTrials(order, 2)!;
    const masks = [0, 1, 2, 3].map((trial) => masksOf(trial, 2, 0.8, 80));
    const share = (is: (times: number) => boolean) => {
      let count = 0;
      smallLayers.forEach((_, i) => {
        masks[0][i].forEach((_, place) => {
          if (is(masks.reduce((sum, mask) => sum + mask[i][place], 0))) count++;
        });
      });
      return count / 80;
    };
    expect(kept.core).toBeCloseTo(
      share((times) => times === 4),
      12,
    );
    expect(kept.union).toBeCloseTo(
      share((times) => times > 0),
      12,
    );
    expect(kept.density).toBeCloseTo(0.25, 12);
    expect(kept.coreByChance).toBeCloseTo(0.25 ** 4, 12);
    expect(kept.unionByChance).toBeCloseTo(1 - 0.75 ** 4, 12);
    expect(kept.exactly.reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 12);
    expect(keptByTrials(order, 9)).toBeNull();
  });
});

describe('findings', () => {
  it('say of each variation how much its masks overlap, and then what matching and all trials add', () => {
    const all = texts();
    const { ratio, jaccard } = summariseOverlap(order, 2);
    expect(all[0]).toContain(
      `At 25.0% of weights, trials that share initialisation and split, and differ in the order of examples find masks that overlap ${ratio!.mean.toFixed(2)} times as much as chance (95% interval ${ratio!.interval!.low.toFixed(2)} to ${ratio!.interval!.high.toFixed(2)}; Jaccard ${jaccard!.mean.toFixed(3)} where chance gives 0.143; z `,
    );
    expect(all[0]).toMatch(/6 pairs of 4 trials\): more than chance is supported\./);
    expect(all.find((text) => text.includes('Jaccard index of trials that share initialisation'))).toMatch(
      /higher than that of trials that share order and split, .*: higher is supported\.$/,
    );
    expect(all.find((text) => text.includes('putting the hidden units'))).toMatch(
      /into the order that matches best \(by their masks\) brings their overlap from \S+ to \S+ times chance/,
    );
    expect(all.find((text) => text.includes('that all 4 trials keep'))).toMatch(
      /for another order of examples and .* for another initialisation; of independent masks it would be 0\.391% and 68\.4%\.$/,
    );
    expect(all.some((text) => text.includes('rank correlation'))).toBe(true);
    clean(all);
  });

  it('say what is missing, and never a number that is none', () => {
    const empty = {
      ...order,
      tickets: [],
      overlaps: [],
      agreements: [],
    };
    const one = variationOf('all', 0.5, 2);
    const missing = { ...found, variations: [empty, { ...one, plannedOverlaps: 12, plannedMatchings: 12 }] };
    const all = texts(missing);
    expect(all[0]).toContain('no two masks of trials that share initialisation and split');
    expect(all[1]).toContain(
      'more than chance is undecided, pairs of fewer than three trials show no spread; more trials are needed',
    );
    const notes = consistencyNotes(missing);
    expect(notes[0]).toBe(
      'Another order of examples: 0 of 12 pairs of masks are compared; 0 of 2 levels have all trials beside one another; the others are in no mean.',
    );
    expect(notes[1]).toContain('Everything different: 2 of 12 pairs of masks are compared; 2 of 12 pairs are matched');
    clean([all, notes, consistencyTables(missing)]);
  });

  it('say which tickets diverged', () => {
    const tickets = order.tickets.map((ticket, i) =>
      i === 5 ? { ...ticket, status: 'diverged' as const, testAccuracy: Number.NaN } : ticket,
    );
    const diverged = { ...found, variations: [{ ...order, tickets }] };
    expect(consistencyNotes(diverged)[0]).toContain('1 ticket diverged and is left out');
    const accuracy = consistencyTables(diverged).find(({ id }) => id === 'accuracy')!;
    expect(accuracy.rows[0].at(-1)).toBe('3 of 4, 1 diverged');
    clean(accuracy);
  });

  it('have tables with a text for every column', () => {
    const tables = consistencyTables(found);
    expect(tables.map(({ id }) => id)).toEqual(['overlap', 'layers', 'core', 'pixels', 'accuracy']);
    for (const { head, rows } of tables) {
      expect(rows.length).toBeGreaterThan(0);
      for (const row of rows) expect(row).toHaveLength(head.length);
    }
    expect(tables[1].rows).toHaveLength(2 * 2);
    clean(tables);
    const convolutional = found.variations.map((variation) => ({
      ...variation,
      overlaps: variation.overlaps.map((pair) => ({ ...pair, pixels: null })),
    }));
    expect(consistencyTables({ ...found, variations: convolutional }).map(({ id }) => id)).not.toContain('pixels');
  });
});
