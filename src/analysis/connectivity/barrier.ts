/** What a set of examples says along a line, place by place from one end to the other; null where it is not a finite number. */
export interface LineCurve {
  /** Mean loss in nats. */
  readonly loss: readonly (number | null)[];
  /** Share of wrong answers. */
  readonly error: readonly (number | null)[];
}

/** What was measured of one line. */
export interface LineValues {
  readonly test: LineCurve;
  /** On training examples; null where none were asked for. */
  readonly train: LineCurve | null;
  /**
   * Sum of products of the weights of both ends, by which they were matched, before and after; null where they were not.
   */
  readonly matching: { readonly before: number; readonly after: number } | null;
}

/** Two networks are linearly connected, and what trained them stable, where the error's barrier is lower (Frankle et al. 2020). */
export const STABLE_BELOW = 0.02;

/**
 * How high a quantity rises along a line: its highest value less the mean of the two ends. Frankle, Dziugaite, Roy and
 * Carbin, "Linear Mode Connectivity and the Lottery Ticket Hypothesis" (2020), section 2, who call that of the error the
 * linear interpolation instability. It is 0 at least; where nothing rises between the ends it is half their difference.
 *
 * @param values of at least two places, the ends first and last
 * @returns null when one of them is none
 */
export function barrierOf(values: readonly (number | null)[]): number | null {
  let highest = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (value === null || !Number.isFinite(value)) return null;
    if (value > highest) highest = value;
  }
  const [first, last] = [values[0], values[values.length - 1]] as [number, number];
  // Written so that two ends of one value have that very mean, and no mean is above both.
  return values.length < 2 ? null : highest - (first + (last - first) / 2);
}
