import { expect } from 'vitest';
import { tinySpecification } from '../../../../test/fixtures/tiny-run.js';
import type { PlannedCell } from '../../../experiments/graph.js';
import type { StudyPlan } from '../../study.js';

/** 12 batches an epoch. */
export const base = tinySpecification({ trials: 2, pruning: { rate: 0.5 }, snapshots: [30] });

export const idsOf = (cells: readonly PlannedCell[]) => new Set(cells.map(({ id }) => id));

/** Every cell once, after its parents. */
export function checkOrder({ cells }: StudyPlan): void {
  const seen = new Set<string>();
  for (const { id, parents } of cells) {
    for (const parent of parents) expect(seen.has(parent)).toBe(true);
    expect(seen.has(id)).toBe(false);
    seen.add(id);
  }
}
