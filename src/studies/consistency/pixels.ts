import { rankCorrelation } from '../../analysis/rank-correlation.js';
import type { PixelOverlap } from './found.js';

/** How alike two tickets read the images: from how many weights of each read every input. */
export function pixelOverlap(first: readonly number[], second: readonly number[]): PixelOverlap {
  const count = (reads: (place: number) => boolean) => first.reduce((sum, _, i) => sum + (reads(i) ? 1 : 0), 0);
  return {
    correlation: rankCorrelation(first, second),
    used: {
      size: first.length,
      first: count((i) => first[i] > 0),
      second: count((i) => second[i] > 0),
      common: count((i) => first[i] > 0 && second[i] > 0),
    },
  };
}
