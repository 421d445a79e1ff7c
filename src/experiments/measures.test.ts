import { describe, expect, it } from 'vitest';
import { buildGraph } from './graph.js';
import { measuresOf, STANDARD_MARGIN } from './measures.js';
import { resolveSpecification } from './presets.js';
import { factsOf, runFolder } from './run-folder.js';

const strokes = {
  name: 'strokes',
  digest: 'ab'.repeat(32),
  shape: { channels: 1, height: 28, width: 28 },
  classes: 10,
  train: { count: 12_000 },
  test: { count: 5_000 },
};

describe('what a run is measured by', () => {
  it('has a loss for known data and none for your own', () => {
    const of = (input: object) => measuresOf(resolveSpecification(input));
    expect(of({ extends: 'quickstart' })).toEqual({ loss: 0.2, margin: STANDARD_MARGIN });
    expect(of({ extends: 'quickstart', measures: { loss: 0.3, margin: 0.01 } })).toEqual({ loss: 0.3, margin: 0.01 });
    expect(of({ extends: 'quickstart', measures: { loss: 'none' } }).loss).toBeNull();
    expect(of({ data: { path: 'mine.npz' } }).loss).toBeNull();
    expect(of({ data: { name: 'toString' } }).loss).toBeNull();
  });
  it('changes no name of a cell and no name of a run', () => {
    const plain = resolveSpecification({ extends: 'quickstart' });
    const timed = resolveSpecification({ extends: 'quickstart', measures: { loss: 0.3 } });
    const names = (specification: typeof plain) =>
      buildGraph(specification, factsOf(strokes)).cells.map(({ id }) => id);
    expect(names(timed)).toEqual(names(plain));
    expect(runFolder(timed, strokes)).toBe(runFolder(plain, strokes));
  });
  it('refuses what is no loss', () => {
    for (const loss of [0, -1, 'low', Number.NaN]) {
      expect(() => resolveSpecification({ measures: { loss } })).toThrow(/measures\.loss is .*expected/);
    }
  });
});
