import { type CellSpecification, cellId, parentsOf } from './cell-specification.js';
import type { PlannedCell } from './trial-cells.js';

/**
 * A cell like another but for some fields of its specification, in a place of its own: the same training in another order,
 * or one that keeps more of its weights.
 */
export function variantOf(
  cell: PlannedCell,
  changes: Partial<CellSpecification>,
  place: Partial<Pick<PlannedCell, 'condition' | 'trial' | 'level' | 'draw'>> = {},
): PlannedCell {
  const specification = { ...cell.specification, ...changes };
  return { ...cell, ...place, specification, id: cellId(specification), parents: parentsOf(specification) };
}
