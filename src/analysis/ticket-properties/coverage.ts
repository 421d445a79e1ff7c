import type { Mask, Network } from '../../networks/network.js';
import { inputDegree } from '../../tickets/index.js';

/** Which inputs a ticket looks at. Shares; null where no weight reads an input as it is, or nothing varies. */
export interface Coverage {
  readonly deadInputs: number | null;
  readonly varianceRead: number | null;
  readonly weightsOnVarying: number | null;
  readonly entropy: number | null;
}

const nothing: Coverage = { deadInputs: null, varianceRead: null, weightsOnVarying: null, entropy: null };

/**
 * What the surviving weights that read inputs cover. See `inputDegree` for which those are: in a convolutional network a
 * weight counts for every pixel that it passes over.
 *
 * @param variances of each input over some examples, in the order of the image
 */
export function coverageOf(network: Network, mask: Mask, variances: ArrayLike<number>): Coverage {
  if (inputDegree(network, null).every((degree) => degree === 0)) return nothing;
  const degrees = inputDegree(network, mask);
  const total = degrees.reduce((sum, degree) => sum + degree, 0);
  let [dead, variance, read, onVarying, entropy] = [0, 0, 0, 0, 0];
  degrees.forEach((degree, input) => {
    variance += variances[input];
    if (degree === 0) {
      dead++;
      return;
    }
    read += variances[input];
    if (variances[input] > 0) onVarying += degree;
    entropy -= (degree / total) * Math.log(degree / total);
  });
  return {
    deadInputs: dead / degrees.length,
    varianceRead: variance === 0 ? null : read / variance,
    weightsOnVarying: total === 0 ? null : onVarying / total,
    entropy: total === 0 ? null : degrees.length === 1 ? 1 : Math.min(1, Math.abs(entropy) / Math.log(degrees.length)),
  };
}

/**
 * The variance of each input over some examples, in squares of 8-bit levels.
 *
 * @param images `[example][channel][row][column]`
 * @param size inputs of one
 */
export function inputVariances(images: Uint8Array | Float32Array, examples: Int32Array, size: number): Float64Array {
  const sums = new Float64Array(size);
  const squares = new Float64Array(size);
  for (const example of examples) {
    for (let input = 0, at = example * size; input < size; input++, at++) {
      sums[input] += images[at];
      squares[input] += images[at] * images[at];
    }
  }
  // Of bytes these are whole numbers throughout, so that an input that never varies has exactly none.
  const count = examples.length;
  return sums.map((sum, input) =>
    count === 0 ? 0 : Math.max(0, (squares[input] * count - sum * sum) / (count * count)),
  );
}
