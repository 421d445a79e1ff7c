import { checkSample, type LayerSample } from './sample.js';

/** Squared Euclidean distances between examples: of i and j < i at `i (i - 1) / 2 + j`. */
export interface SquaredDistances {
  readonly values: Float64Array;
  readonly count: number;
}

/**
 * All squared distances, each a sum in double precision over units in ascending order. One row by four at a time, so that a
 * value once loaded serves several pairs: 2,000 examples of 300 units are 600 million terms, about half a second.
 */
export function squaredDistances(sample: LayerSample): SquaredDistances {
  checkSample(sample);
  const { count, units } = sample;
  const x = Float64Array.from(sample.values);
  const values = new Float64Array((count * (count - 1)) / 2);
  for (let i = 0; i < count; i++) {
    const row = (i * (i - 1)) / 2;
    const own = i * units;
    let j = 0;
    for (; j + 4 <= i; j += 4) {
      const first = j * units;
      let [a, b, c, d] = [0, 0, 0, 0];
      for (let unit = 0; unit < units; unit++) {
        const value = x[own + unit];
        const at = first + unit;
        const e = value - x[at];
        const f = value - x[at + units];
        const g = value - x[at + 2 * units];
        const h = value - x[at + 3 * units];
        a += e * e;
        b += f * f;
        c += g * g;
        d += h * h;
      }
      values[row + j] = a;
      values[row + j + 1] = b;
      values[row + j + 2] = c;
      values[row + j + 3] = d;
    }
    for (; j < i; j++) {
      let sum = 0;
      for (let unit = 0; unit < units; unit++) {
        const difference = x[own + unit] - x[j * units + unit];
        sum += difference * difference;
      }
      values[row + j] = sum;
    }
  }
  return { values, count };
}
