import type { PlannedCell } from './trial-cells.js';

/** A cell in a few words: `ticket, trial 0, level 3 (51.28%)`. */
export function describeCell({
  condition,
  trial,
  level,
  draw,
  density,
}: Pick<PlannedCell, 'condition' | 'trial' | 'level' | 'draw' | 'density'>): string {
  const drawn = ['dense', 'ticket', 'search'].includes(condition) ? '' : `, draw ${draw}`;
  return `${condition}, trial ${trial}, level ${level} (${(density * 100).toFixed(2)}%)${drawn}`;
}
