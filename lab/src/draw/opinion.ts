import { conditionOf } from 'lottery-lab/analysis';
import { likeliest } from './likeliest.js';

/** What one network says. */
export interface Opinion {
  readonly condition: string;
  /** Of the classes, 0 to 1; NaN of a network that has diverged. */
  readonly probabilities: readonly number[];
}

/** More classes than this are too many to look at: those that some network finds likeliest are shown. */
const MOST_ROWS = 12;

/** What each network takes the drawing for, in words. */
export const opinionText = ({ condition, probabilities }: Opinion, classNames: readonly string[]): string => {
  const best = likeliest(probabilities);
  const { title } = conditionOf(condition);
  return best < 0
    ? `${title}: nothing, its training diverged`
    : `${title}: ${classNames[best]}, ${Math.round(100 * probabilities[best])}%`;
};

/** Rows to show, in the order of the classes. */
export function rowsOf(opinions: readonly Opinion[], classes: number): readonly number[] {
  const all = Array.from({ length: classes }, (_, place) => place);
  if (classes <= MOST_ROWS) return all;
  const most = (place: number) => Math.max(...opinions.map(({ probabilities }) => probabilities[place] || 0));
  return all
    .sort((a, b) => most(b) - most(a) || a - b)
    .slice(0, MOST_ROWS)
    .sort((a, b) => a - b);
}
