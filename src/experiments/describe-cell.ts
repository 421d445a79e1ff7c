import type { PlannedCell } from './trial-cells.js';

/**
 * A cell in a few words: `ticket, trial 0, level 3 (51.28%)`. Without the density where the plan's is only an estimate: the one
 * that the ticket turns out to have is then the only one that is said.
 */
export function describeCell({
  condition,
  trial,
  level,
  draw,
  density,
  isEstimate,
}: Pick<PlannedCell, 'condition' | 'trial' | 'level' | 'draw' | 'density' | 'isEstimate'>): string {
  const drawn = ['dense', 'ticket', 'search'].includes(condition) ? '' : `, draw ${draw}`;
  return `${condition}, trial ${trial}, level ${level}${isEstimate ? '' : ` (${(density * 100).toFixed(2)}%)`}${drawn}`;
}
