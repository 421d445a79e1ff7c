import { type BinRule, binnedInformation } from './binning.js';
import { squaredDistances } from './distances.js';
import { mixtureInformation } from './mixture-bounds.js';
import { labelInformation, noisyInputInformation } from './neighbours.js';
import { checkSample, type Information, type LayerSample } from './sample.js';

/** Settings of estimators, the same for every layer and iteration. */
export interface EstimatorSettings {
  /** Bins a unit. */
  readonly bins: number;
  /** Variance of the Gaussian noise that a layer is given, in the units of its values. */
  readonly noise: number;
  /** The k of k-th nearest neighbour. */
  readonly neighbours: number;
  /** Most units of a layer of which nearest neighbours are asked. */
  readonly dimensions: number;
}

export const estimatorDefaults: EstimatorSettings = { bins: 30, noise: 0.1, neighbours: 3, dimensions: 12 };

/** A layer at one iteration, as estimators take it. */
export interface LayerView {
  readonly sample: LayerSample;
  readonly labels: ArrayLike<number>;
  /** What even bins are spread over: the activation's own range, or the layer's over a whole training. */
  readonly range: readonly [low: number, high: number];
  /** Standard normal draws, one a value of the sample, the same at every iteration. */
  readonly draws: Float32Array | Float64Array;
  /** Both bounds, made when first asked for. */
  readonly bounds: () => ReturnType<typeof mixtureInformation>;
}

/** Information, and for binning the share of examples that have a tuple of bins for themselves. */
export interface Estimate extends Information {
  readonly alone?: number;
}

interface Estimator {
  /** As figures and tables call it. */
  readonly title: string;
  readonly source: string;
  /** What it assumes, in a sentence that stands on every figure made with it. */
  readonly choice: (settings: EstimatorSettings, bounded: boolean) => string;
  /** Whether log2 N is the most that it can find. */
  readonly limited: boolean;
  /** Null where it is not to be trusted of so many units. */
  readonly estimate: (view: LayerView, settings: EstimatorSettings) => Estimate | null;
}

function binned(rule: (view: LayerView, bins: number) => BinRule, correction: 'none' | 'miller-madow' = 'none') {
  return (view: LayerView, { bins }: EstimatorSettings): Estimate => {
    const { ofInput, ofLabel, alone } = binnedInformation(view.sample, view.labels, rule(view, bins), correction);
    return { ofInput, ofLabel, alone };
  };
}

const even = ({ range: [low, high] }: LayerView, bins: number): BinRule => ({ kind: 'even', low, high, bins });

const evenChoice = ({ bins }: EstimatorSettings, bounded: boolean) =>
  bounded
    ? `${bins} bins of one width a unit: of tanh over −1 to 1, of a sigmoid or softmax over 0 to 1.`
    : `${bins} bins of one width a unit, from the layer’s lowest to its highest value over all iterations of that training; softmax over 0 to 1.`;

const noiseText = ({ noise }: EstimatorSettings) => `Gaussian noise of variance ${noise} added to every unit`;

const shwartzZiv = 'Shwartz-Ziv and Tishby 2017';
const saxe = 'Saxe et al. 2018';

/** Ways to estimate a layer's information: one entry each. */
export const estimators = {
  binning: {
    title: 'binning',
    source: `${shwartzZiv}; ${saxe} for unbounded activations`,
    choice: evenChoice,
    limited: true,
    estimate: binned(even),
  },
  'corrected-binning': {
    title: 'binning, Miller–Madow',
    source: 'Miller 1955',
    choice: (settings, bounded) => `${evenChoice(settings, bounded)} Miller and Madow’s correction.`,
    limited: false,
    estimate: binned(even, 'miller-madow'),
  },
  'quantile-bins': {
    title: 'quantile bins',
    source: 'adaptive binning, a layer and an iteration at a time',
    choice: ({ bins }) =>
      `${bins} bins that hold equally many of the layer’s values at that iteration, equal values together.`,
    limited: true,
    estimate: binned((_, bins) => ({ kind: 'quantiles', of: 'layer', bins })),
  },
  'unit-quantile-bins': {
    title: 'quantile bins a unit',
    source: 'adaptive binning, a unit and an iteration at a time',
    choice: ({ bins }) =>
      `${bins} bins a unit that hold equally many of its values at that iteration, equal values together.`,
    limited: true,
    estimate: binned((_, bins) => ({ kind: 'quantiles', of: 'unit', bins })),
  },
  'upper-bound': {
    title: 'upper bound',
    source: 'Kolchinsky and Tracey 2017, Kullback–Leibler',
    choice: (settings) => `Pairwise Kullback–Leibler distances, ${noiseText(settings)}.`,
    limited: true,
    estimate: ({ bounds }) => bounds().upper,
  },
  'lower-bound': {
    title: 'lower bound',
    source: 'Kolchinsky and Tracey 2017, Bhattacharyya',
    choice: (settings) => `Pairwise Bhattacharyya distances, ${noiseText(settings)}.`,
    limited: true,
    estimate: ({ bounds }) => bounds().lower,
  },
  'nearest-neighbours': {
    title: 'nearest neighbours',
    source: 'Kraskov et al. 2004; Ross 2014 for labels',
    choice: (settings) =>
      `Distances to nearest neighbour ${settings.neighbours}, ${noiseText(settings)}; layers of more than ${settings.dimensions} units are left out.`,
    limited: false,
    estimate: ({ sample, labels, draws }, { noise, neighbours, dimensions }) => {
      if (sample.units > dimensions) return null;
      const deviation = Math.sqrt(noise);
      const values = Float64Array.from(sample.values, (value, i) => value + deviation * draws[i]);
      const noisy = { ...sample, values };
      return {
        ofInput: noisyInputInformation(noisy, noise, neighbours),
        ofLabel: labelInformation(noisy, labels, neighbours),
      };
    },
  },
} as const satisfies Record<string, Estimator>;

export type EstimatorName = keyof typeof estimators;

export const estimatorNames = Object.keys(estimators) as EstimatorName[];

/** Default of a study: one of each family that differs. */
export const usualEstimators: readonly EstimatorName[] = [
  'binning',
  'quantile-bins',
  'upper-bound',
  'lower-bound',
  'nearest-neighbours',
];

/** An estimator by name, with its fields as every estimator has them. */
export const estimatorOf = (name: EstimatorName): Estimator => estimators[name];

/**
 * What each estimator finds of a layer; null where it is not to be trusted, or where a value is not finite, as after
 * training has diverged.
 *
 * @param view without its bounds, which are made once for the estimators that want them
 */
export function estimateLayer(
  names: readonly EstimatorName[],
  settings: EstimatorSettings,
  view: Omit<LayerView, 'bounds'>,
): Map<EstimatorName, Estimate | null> {
  checkSample(view.sample, view.labels);
  if (!view.sample.values.every(Number.isFinite)) return new Map(names.map((name) => [name, null]));
  let made: ReturnType<LayerView['bounds']> | undefined;
  const bounds = () => {
    made ??= mixtureInformation(squaredDistances(view.sample), view.labels, settings.noise);
    return made;
  };
  const finite = (found: Estimate | null) =>
    found !== null && Number.isFinite(found.ofInput) && Number.isFinite(found.ofLabel) ? found : null;
  return new Map(names.map((name) => [name, finite(estimatorOf(name).estimate({ ...view, bounds }, settings))]));
}
