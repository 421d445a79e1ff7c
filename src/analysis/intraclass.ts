import { bisect } from './bisect.js';
import { type Interval, mean } from './intervals.js';
import { incompleteBeta } from './student.js';

/** Probability that a variable of Fisher's F distribution is at most `f`. */
export function fisherCdf(f: number, above: number, below: number): number {
  return f <= 0 ? 0 : incompleteBeta((above * f) / (above * f + below), above / 2, below / 2);
}

/** The f below which it lies with probability `p`, 0 < p < 1. */
export function fisherQuantile(p: number, above: number, below: number): number {
  let high = 1;
  while (fisherCdf(high, above, below) < p) high *= 2;
  return bisect((f) => fisherCdf(f, above, below), p, 0, high);
}

/** The share of variance that lies between things that were each measured several times. */
export interface Intraclass {
  /** The correlation of two measurements of one thing: 1 where only the thing decides, 0 where it decides nothing; may be below. */
  readonly share: number;
  readonly interval: Interval;
  /** That it is above zero: the F test, one-sided. */
  readonly p: number;
  /** Things, and measurements of each. */
  readonly things: number;
  readonly times: number;
  /** Variances: of one measurement about its thing, and of things within their block; the latter 0 where its estimate is below. */
  readonly within: number;
  readonly between: number;
}

/**
 * The intraclass correlation of a one-way design, ICC(1, 1) of Shrout and Fleiss, "Intraclass Correlations: Uses in Assessing Rater
 * Reliability" (1979), with its 95% interval by F. Things come in blocks, whose means are not counted as differences of things.
 *
 * @param blocks block by block, thing by thing, the measurements of each: as many of every thing, two or more
 * @returns null where no block has two things, where a value is no number, and where there is no spread at all
 */
export function intraclass(blocks: readonly (readonly (readonly number[])[])[]): Intraclass | null {
  const things = blocks.flat();
  const times = things[0]?.length ?? 0;
  const above = blocks.reduce((sum, block) => sum + Math.max(0, block.length - 1), 0);
  const below = things.length * (times - 1);
  if (above === 0 || below <= 0) return null;
  if (things.some((values) => values.length !== times)) {
    throw new RangeError(`things are measured different numbers of times; expected ${times} of every one.`);
  }
  let [between, within] = [0, 0];
  for (const block of blocks) {
    const centre = mean(block.flat());
    for (const values of block) {
      const own = mean(values);
      between += times * (own - centre) ** 2;
      for (const value of values) within += (value - own) ** 2;
    }
  }
  const [squaresAbove, squaresBelow] = [between / above, within / below];
  if (!(squaresAbove + squaresBelow > 0)) return null;
  const ratio = squaresAbove / squaresBelow;
  const shareOf = (f: number) => (f === Number.POSITIVE_INFINITY ? 1 : (f - 1) / (f + times - 1));
  return {
    share: shareOf(ratio),
    interval: {
      low: shareOf(ratio / fisherQuantile(0.975, above, below)),
      high: shareOf(ratio * fisherQuantile(0.975, below, above)),
    },
    p: ratio === Number.POSITIVE_INFINITY ? 0 : 1 - fisherCdf(ratio, above, below),
    things: things.length,
    times,
    within: squaresBelow,
    between: Math.max(0, (squaresAbove - squaresBelow) / times),
  };
}
