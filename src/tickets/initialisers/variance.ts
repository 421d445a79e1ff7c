import type { Parameter } from '../../networks/network.js';
import type { Draws, Initialiser } from './initialiser.js';

/** How large the variance of a weight is to be. */
const schemes = {
  glorot: {
    variance: ({ fanIn, fanOut }: Parameter) => 2 / (fanIn + fanOut),
    text: '2 / (fan in + fan out)',
    source: 'Glorot and Bengio 2010, equation 16',
  },
  he: { variance: ({ fanIn }: Parameter) => 2 / fanIn, text: '2 / fan in', source: 'He et al. 2015, equation 10' },
  lecun: {
    variance: ({ fanIn }: Parameter) => 1 / fanIn,
    text: '1 / fan in',
    source: 'LeCun et al. 1998 (Efficient BackProp), section 4.6',
  },
} as const;

/** Standard deviation of a standard normal number given that it lies within two of the mean: the root of 1 - 4 phi(2) / (2 Phi(2) - 1). */
const WITHIN_TWO = 0.8796256610342398;

/** The first `count` normal numbers within two of zero. */
function withinTwo(draws: Draws, count: number): Float32Array {
  // One in twenty-two lies outside.
  for (let drawn = Math.ceil(count * 1.1) + 64; ; drawn *= 2) {
    const inside = draws.normal(drawn).filter((value) => Math.abs(value) <= 2);
    if (inside.length >= count) return inside.subarray(0, count);
  }
}

/** Draws of unit variance. */
const laws = {
  normal: {
    title: 'Gaussian',
    unit: (draws: Draws, count: number): Float32Array => draws.normal(count),
    deviation: 1,
  },
  uniform: {
    title: 'uniform about zero',
    unit: (draws: Draws, count: number): Float32Array => draws.uniform(count).map((value) => 2 * value - 1),
    deviation: Math.sqrt(1 / 3),
  },
  'truncated-normal': {
    title: 'Gaussian, truncated at two standard deviations by rejection',
    unit: withinTwo,
    deviation: WITHIN_TWO,
  },
  'signed-constant': {
    title: 'plus or minus one standard deviation, at random',
    unit: (draws: Draws, count: number): Float32Array => draws.normal(count).map((value) => (value < 0 ? -1 : 1)),
    deviation: 1,
  },
} as const;

type Name = `${keyof typeof schemes}-${keyof typeof laws}`;

/** Each variance with each distribution: `glorot-normal`, `he-uniform`, ... */
export const byVariance = Object.fromEntries(
  Object.entries(schemes).flatMap(([scheme, { variance, text, source }]) =>
    Object.entries(laws).map(([law, { title, unit, deviation }]): [string, Initialiser] => [
      `${scheme}-${law}`,
      {
        title: `${title}, variance ${text}`,
        source: law === 'signed-constant' ? `${source}; Ramanujan et al. 2020` : source,
        draw: (weights, draws) => {
          const values = unit(draws, weights.size);
          const factor = Math.fround(Math.sqrt(variance(weights)) / deviation);
          for (let i = 0; i < values.length; i++) values[i] *= factor;
          return values;
        },
      },
    ]),
  ),
) as Readonly<Record<Name, Initialiser>>;
