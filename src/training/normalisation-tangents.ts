import { NORMALISATION } from './forward.js';
import { LANES } from './maps.js';
import { rowsOf, type TangentMaps } from './tangents.js';

/**
 * Tangents of a batch normalisation in training mode, y = scale n + shift with n = (x - mean) / sqrt(variance + epsilon) of the live
 * examples' own mean and variance. Scale and shift do not move. With s = 1 / sqrt(variance + epsilon), M the mean over live examples
 * and places of a channel, and R x - M(R x) - n M(n R x) = c:
 *
 * - R n = s c, R s = -s^2 M(n R x);
 * - dx = scale s (dy - M(dy) - n M(n dy)), and R dx is the derivative of each factor in turn.
 *
 * Sums are taken in double precision over blocks, rows, columns and lanes in this order.
 */

/** Calls for every row of a channel with its places in the two maps, the columns it has, and its lanes that hold examples. */
function eachRow(
  { layout: a }: TangentMaps,
  { layout: b }: TangentMaps,
  channel: number,
  live: number,
  call: (inA: number, inB: number, lanes: number) => void,
): void {
  const { channels, height } = a.shape;
  const blocks = Math.ceil(live / LANES);
  const from = rowsOf(a, blocks);
  const to = rowsOf(b, blocks);
  for (let block = 0; block < blocks; block++) {
    const lanes = Math.min(LANES, live - block * LANES);
    const first = (block * channels + channel) * height;
    for (let r = first; r < first + height; r++) call(from[r], to[r], lanes);
  }
}

interface Moments {
  readonly mean: number;
  /** 1 / sqrt(variance + epsilon). */
  readonly inverse: number;
  readonly meanTangent: number;
  /** M(n R x). */
  readonly product: number;
}

function momentsOf(x: TangentMaps, y: TangentMaps, channel: number, live: number): Moments {
  const { height, width } = x.layout.shape;
  const floats = width * LANES;
  const count = live * height * width;
  let sum = 0;
  let sumTangent = 0;
  eachRow(x, y, channel, live, (first, _, lanes) => {
    for (let column = first; column < first + floats; column += LANES) {
      for (let i = column; i < column + lanes; i++) {
        sum += x.value[i];
        sumTangent += x.tangent[i];
      }
    }
  });
  const mean = sum / count;
  let squares = 0;
  let product = 0;
  eachRow(x, y, channel, live, (first, _, lanes) => {
    for (let column = first; column < first + floats; column += LANES) {
      for (let i = column; i < column + lanes; i++) {
        const centred = x.value[i] - mean;
        squares += centred * centred;
        product += centred * x.tangent[i];
      }
    }
  });
  const inverse = 1 / Math.sqrt(squares / count + NORMALISATION.epsilon);
  return { mean, inverse, meanTangent: sumTangent / count, product: (product * inverse) / count };
}

/** R y. @param scale one number a channel */
export function pushNormalisation(x: TangentMaps, y: TangentMaps, scale: Float32Array, live: number): void {
  const floats = x.layout.shape.width * LANES;
  for (let c = 0; c < scale.length; c++) {
    const { mean, inverse, meanTangent, product } = momentsOf(x, y, c, live);
    const factor = scale[c] * inverse;
    eachRow(x, y, c, live, (first, other, lanes) => {
      for (let column = 0; column < floats; column += LANES) {
        for (let lane = column; lane < column + lanes; lane++) {
          const n = (x.value[first + lane] - mean) * inverse;
          y.tangent[other + lane] = factor * (x.tangent[first + lane] - meanTangent - n * product);
        }
      }
    });
  }
}

/** dx and R dx, added to what is there. */
export function pullNormalisation(x: TangentMaps, y: TangentMaps, scale: Float32Array, live: number): void {
  const { height, width } = x.layout.shape;
  const floats = width * LANES;
  const count = live * height * width;
  for (let c = 0; c < scale.length; c++) {
    const { mean, inverse, meanTangent, product } = momentsOf(x, y, c, live);
    const inverseTangent = -inverse * inverse * product;
    let [total, along, totalTangent, alongTangent] = [0, 0, 0, 0];
    eachRow(x, y, c, live, (first, other, lanes) => {
      for (let column = 0; column < floats; column += LANES) {
        for (let lane = column; lane < column + lanes; lane++) {
          const n = (x.value[first + lane] - mean) * inverse;
          const nTangent = inverse * (x.tangent[first + lane] - meanTangent - n * product);
          const g = y.gradient[other + lane];
          const gTangent = y.gradientTangent[other + lane];
          total += g;
          along += g * n;
          totalTangent += gTangent;
          alongTangent += gTangent * n + g * nTangent;
        }
      }
    });
    const [a, b, aTangent, bTangent] = [total / count, along / count, totalTangent / count, alongTangent / count];
    const factor = scale[c] * inverse;
    const factorTangent = scale[c] * inverseTangent;
    eachRow(x, y, c, live, (first, other, lanes) => {
      for (let column = 0; column < floats; column += LANES) {
        for (let lane = column; lane < column + lanes; lane++) {
          const n = (x.value[first + lane] - mean) * inverse;
          const nTangent = inverse * (x.tangent[first + lane] - meanTangent - n * product);
          const left = y.gradient[other + lane] - a - n * b;
          const leftTangent = y.gradientTangent[other + lane] - aTangent - nTangent * b - n * bTangent;
          x.gradient[first + lane] += factor * left;
          x.gradientTangent[first + lane] += factorTangent * left + factor * leftTangent;
        }
      }
    });
  }
}
