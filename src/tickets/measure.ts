import type { Dataset } from '../data/dataset.js';
import type { Kernels } from '../kernels/kernels.js';
import { InputError } from '../networks/errors.js';
import { type Network, prunableParameters, type Tensors } from '../networks/network.js';
import { ExactHessian } from '../training/exact-hessian.js';
import { hessianProduct } from '../training/hessian.js';
import { type Doubles, Probe } from '../training/probe.js';
import type { Normalisation } from '../training/types.js';
import { flowOf } from './flow.js';
import type { OutputVariance } from './initialisers/initialiser.js';

/**
 * What a score may need beyond a weight's values, all measured on a network whose pruned weights are zero; by the name of
 * the weight tensor, one number per weight:
 *
 * - `gradient`: of the mean loss over the examples, dL/dw, of pruned weights too;
 * - `squared-gradient`: the mean over examples of each one's squared gradient, the diagonal of the empirical Fisher information;
 * - `hessian-gradient`: the Hessian of that loss times its gradient, both with respect to the weights, as `MeasureSource` says;
 * - `input-norm`: the Euclidean norm, over the examples, of the input that the weight multiplies;
 * - `flow`: dR / d|w| of `flowOf`; it needs no examples.
 */
export const quantities = ['gradient', 'squared-gradient', 'hessian-gradient', 'input-norm', 'flow'] as const;
export type Quantity = (typeof quantities)[number];

/** Measures a network's weights for a score. */
export interface Measurer {
  measure(quantity: Quantity, weights: Tensors): Doubles;
  /** Floating-point operations spent so far. */
  readonly flops: number;
  /** Examples sent forward and backward so far, counted each time. */
  readonly examples: number;
}

/** Where the examples come from that a network is measured on. */
export interface MeasureSource {
  readonly dataset: Dataset;
  readonly normalisation: Normalisation;
  /** Indices into the training set. */
  readonly examples: Int32Array;
  /** Examples taken at once: those of a training step. */
  readonly batch: number;
  readonly labelSmoothing?: number;
  /** How `hessian-gradient` is computed. Default: by finite differences of gradients, the logits as they are. */
  readonly hessian?: HessianChoice;
}

/**
 * The exact product of the Hessian and the gradient, both of the loss of logits divided by a temperature, as the authors of
 * GraSP compute it. The examples stand class after class, and batch normalisation sees each half of them, or a batch of training
 * where that is smaller.
 */
export interface HessianChoice {
  readonly product: 'exact';
  readonly temperature: number;
}

/** The variance of a layer's output on examples, for initialisers that use it. It takes over the kernels' arena at its first use. */
export function outputVarianceOn(kernels: Kernels, network: Network, source: MeasureSource): OutputVariance {
  let probe: Probe | undefined;
  return (weights, layer) => {
    probe ??= new Probe(kernels, { ...source, network, batch: Math.min(source.batch, source.examples.length) });
    return probe.outputVariance(weights, layer);
  };
}

/**
 * Checks that a quantity can be measured on a network, before anything is trained.
 *
 * @throws InputError when it cannot
 */
export function checkMeasurable(network: Network, quantity: Quantity): void {
  if (quantity !== 'squared-gradient' || network.layers.every(({ kind }) => kind !== 'batch-normalisation')) return;
  throw new InputError(
    `${network.name} has batch normalisation, whose gradients are of a batch; squared gradients of single examples (the fisher score) are not defined for it. taylor or gradient-magnitude are.`,
  );
}

/** Measures on examples through the kernels. Each measurement takes over their arena. */
export function measurer(kernels: Kernels, network: Network, source: MeasureSource): Measurer {
  let flops = 0;
  let examples = 0;
  const probed = (batch: number, use: (probe: Probe) => Doubles): Doubles => {
    const probe = new Probe(kernels, { ...source, network, batch: Math.min(batch, source.examples.length) });
    const found = use(probe);
    flops += probe.flops;
    examples += probe.examples;
    return found;
  };
  const exactHessianGradient = ({ temperature }: HessianChoice, weights: Tensors): Doubles => {
    const ordered = byClass(source);
    const batch = Math.min(source.batch, Math.ceil(ordered.length / 2));
    const hessian = new ExactHessian(kernels, { ...source, network, examples: ordered, batch, temperature });
    const found = hessian.product(weights, hessian.gradients(weights));
    flops += hessian.flops;
    examples += hessian.examples;
    return found;
  };
  return {
    get flops() {
      return flops;
    },
    get examples() {
      return examples;
    },
    measure(quantity, weights) {
      switch (quantity) {
        case 'gradient':
          return probed(source.batch, (probe) => probe.gradients(weights));
        case 'squared-gradient':
          checkMeasurable(network, quantity);
          return probed(1, (probe) => probe.squaredGradients(weights));
        case 'hessian-gradient':
          if (source.hessian !== undefined) return exactHessianGradient(source.hessian, weights);
          return probed(source.batch, (probe) => hessianGradient(network, probe, weights));
        case 'input-norm':
          return probed(source.batch, (probe) => byWeight(network, probe.inputNorms(weights)));
        case 'flow': {
          const found = flowOf(network, weights);
          flops += found.flops;
          return found.flow;
        }
      }
    },
  };
}

/** One number per input, repeated for each of its weights. */
function byWeight(network: Network, norms: Doubles): Doubles {
  return new Map(
    prunableParameters(network).map(({ name, size, shape }): [string, Float64Array] => {
      const ofInput = norms.get(name) as Float64Array;
      const [, inputs, rows = 1, columns = 1] = shape;
      const area = rows * columns;
      return [name, Float64Array.from({ length: size }, (_, w) => ofInput[Math.floor(w / area) % inputs])];
    }),
  );
}

/** The examples class after class, those of a class in the order in which they stand. */
function byClass({ examples, dataset }: MeasureSource): Int32Array {
  const { labels } = dataset.train;
  return Int32Array.from([...examples].sort((a, b) => labels[a] - labels[b]));
}

/** H g by finite differences, both with respect to the weights: biases and batch normalisation stay fixed. */
function hessianGradient(network: Network, probe: Probe, weights: Tensors): Doubles {
  const names = prunableParameters(network).map(({ name }) => name);
  return hessianProduct(probe, weights, probe.gradients(weights), names);
}
