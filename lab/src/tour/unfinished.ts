import type { CurvePoint, LiveCell } from '../play/experiment.js';

/** A training's figure at one evaluation. */
export interface TrialPoint {
  readonly condition: string;
  readonly training: string;
  readonly x: number;
  readonly y: number;
}

/** Trainings of a round that are still going on, each by itself: a mean of those that happen to be there would jump. */
export function unfinishedOf(
  cells: readonly LiveCell[],
  level: number,
  quantity: (point: CurvePoint) => number,
): readonly TrialPoint[] {
  const going = new Set(cells.filter(isShown(level)).flatMap(({ cell, share }) => (share < 1 ? [cell.condition] : [])));
  return cells
    .filter(({ cell }) => going.has(cell.condition))
    .filter(isShown(level))
    .flatMap(({ cell, curve }) =>
      curve.map((point) => ({
        condition: cell.condition,
        training: cell.id,
        x: point.iteration,
        y: quantity(point),
      })),
    );
}

const isShown =
  (level: number) =>
  ({ cell }: LiveCell): boolean =>
    cell.condition !== 'search' && (cell.level === level || cell.condition === 'dense');
