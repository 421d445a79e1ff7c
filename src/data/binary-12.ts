import { InputError } from '../networks/errors.js';
import { permutation, StreamReader, stream } from '../random/stream.js';
import type { Dataset, ImageSplit } from './dataset.js';
import { datasetDigest } from './digest.js';

/**
 * `binary-12`: the task of Shwartz-Ziv and Tishby, "Opening the black box of deep neural networks via information" (2017,
 * section 3.1), by rule. All 4,096 patterns of twelve bits are the examples; the bits stand on twelve points spread evenly over
 * a sphere, and the label is a function of the pattern that no rotation of the sphere changes, evaluated through the power
 * spectrum of its spherical harmonics and compared with a threshold, so that the labels are about balanced.
 *
 * The paper does not specify the function. Here the points v are the corners of an icosahedron, and with s a pattern's bits
 *
 *     f(s) = sqrt(P_0) + sqrt(P_1) = |sum_i s_i| + |sum_i s_i v_i|,    label 1 where f(s) > 7.63,
 *
 * the amplitudes of degree 0 and degree 1: `P_l = sum_ij s_i s_j p_l(v_i . v_j)` with p_l Legendre's polynomial (the addition
 * theorem, up to a factor a degree). Since `v_i . v_j` is 1, 1/sqrt 5, -1/sqrt 5 or -1, f follows from the numbers of bits set, of
 * neighbouring pairs among them and of opposite ones; its values nearest to the threshold are 7.56 and 7.70.
 *
 * 2,118 patterns have label 1, which makes 0.9992 bits of the label: all of them with eight bits or more, none with four or fewer,
 * and of those with five, six and seven 7.58%, 57.58% and 92.42%. The same shares, to the last digit, are counted in the set
 * that the authors published (https://deep-bottleneck.readthedocs.io/en/doc-ruediger/experiments/8.data_set.html).
 *
 * Sums, products, quotients and square roots only: the same bits everywhere.
 */

const BITS = 12;
const PATTERNS = 4096;
const THRESHOLD = 7.63;

/** 85% of the patterns, as in the paper. */
export const BINARY_TRAIN = 3482;
export const BINARY_TEST = PATTERNS - BINARY_TRAIN;

/** The golden ratio. */
const GOLDEN = (1 + Math.sqrt(5)) / 2;

/** Corners of an icosahedron, `(0, +-1, +-golden)` and its cyclic shifts: bit i of a pattern stands on corner i. */
const corners: readonly (readonly [number, number, number])[] = [1, -1].flatMap((a) =>
  [1, -1].flatMap((b): [number, number, number][] => [
    [0, a, b * GOLDEN],
    [a, b * GOLDEN, 0],
    [b * GOLDEN, 0, a],
  ]),
);

/** How two corners lie: the cosine of the angle between them is 1/sqrt 5, -1/sqrt 5 or -1, times 3.6 for corners of this length. */
function relation(i: number, j: number): 'near' | 'far' | 'opposite' {
  const [a, b] = [corners[i], corners[j]];
  const product = a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
  if (product > 0) return 'near';
  return product < -2 ? 'opposite' : 'far';
}

/** f of a pattern, whose bit i is the i-th lowest. */
export function binaryFunction(pattern: number): number {
  const pairs = { near: 0, far: 0, opposite: 0 };
  let count = 0;
  for (let i = 0; i < BITS; i++) {
    if (((pattern >> i) & 1) === 0) continue;
    count++;
    for (let j = 0; j < i; j++) if (((pattern >> j) & 1) === 1) pairs[relation(i, j)]++;
  }
  // Rounding may leave a vector sum of nothing a little below it.
  const power = Math.max(0, count + (2 * (pairs.near - pairs.far)) / Math.sqrt(5) - 2 * pairs.opposite);
  return count + Math.sqrt(power);
}

/** Patterns as images: a pixel a bit, 0 or 255. */
function splitOf(patterns: Int32Array): ImageSplit {
  const images = new Uint8Array(patterns.length * BITS);
  patterns.forEach((pattern, example) => {
    for (let bit = 0; bit < BITS; bit++) images[example * BITS + bit] = ((pattern >> bit) & 1) * 255;
  });
  const labels = Uint8Array.from(patterns, (pattern) => (binaryFunction(pattern) > THRESHOLD ? 1 : 0));
  return { images, labels, count: patterns.length };
}

/**
 * The data set. Which patterns are trained on and which are tested on is drawn from the seed; a smaller set is the beginning of a
 * larger one.
 *
 * @param size how many examples there are, and the seed that they are drawn from
 * @param size.train examples to train and validate with, 3,482 at most
 * @param size.test examples to test with, 614 at most
 * @throws InputError when there are not so many
 */
export function makeBinary12({ train = BINARY_TRAIN, test = BINARY_TEST, seed = 1 } = {}): Dataset {
  for (const [what, asked, most] of [
    ['training', train, BINARY_TRAIN],
    ['test', test, BINARY_TEST],
  ] as const) {
    if (asked > most) throw new InputError(`${asked} ${what} examples are asked for; binary-12 has ${most}.`);
  }
  const order = permutation(PATTERNS, new StreamReader(stream(seed, 'binary-12')));
  const content = {
    name: 'binary-12',
    shape: { channels: 1, height: 1, width: BITS },
    classes: 2,
    classNames: ['0', '1'],
    train: splitOf(order.slice(0, train)),
    test: splitOf(order.slice(BINARY_TRAIN, BINARY_TRAIN + test)),
  };
  return { ...content, digest: datasetDigest(content) };
}
