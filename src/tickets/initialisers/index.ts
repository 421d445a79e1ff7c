import type { Sampler } from '../../kernels/kernels.js';
import { InputError } from '../../networks/errors.js';
import { type Network, type Parameter, parametersOf, type Tensors } from '../../networks/network.js';
import { INPUT, nodesOf } from '../../networks/shapes.js';
import { StreamReader, stream } from '../../random/stream.js';
import type { Draws, Initialiser, OutputVariance } from './initialiser.js';
import { lsuv } from './lsuv.js';
import { deltaOrthogonal, orthogonal } from './orthogonal.js';
import { sparse } from './sparse.js';
import { byVariance } from './variance.js';

export type { AdjustContext, Draws, Initialiser, OutputVariance } from './initialiser.js';

/** Every initialiser by name: one line each. */
export const initialisers = {
  ...byVariance,
  orthogonal,
  'delta-orthogonal': deltaOrthogonal,
  sparse,
  lsuv,
} as const satisfies Record<string, Initialiser>;

export type InitialiserName = keyof typeof initialisers;

export const initialiserNames = Object.keys(initialisers) as InitialiserName[];

/** First values of biases: zero, one number for all, or uniform within 1 / sqrt(fan in) of zero as PyTorch's layers have it. */
export type BiasLaw = 'zero' | 'uniform' | { readonly constant: number };

/** Settings of an initialisation beside its distribution. */
export interface InitialisationChoices {
  /** What every weight is multiplied by; default: 1. */
  readonly scale?: number | undefined;
  /** Default: zero. */
  readonly bias?: BiasLaw | undefined;
  /** Scales of the batch normalisations that end the branches of residual blocks begin at zero (Goyal et al. 2017, section 5.1). */
  readonly zeroResidual?: boolean | undefined;
  /**
   * Scales of batch normalisation: one, or uniform on (0, 1), as open_lth draws them by default (Frankle et al. 2020). Those that
   * `zeroResidual` names are zero either way. Default: one.
   */
  readonly normalisationScale?: NormalisationScale | undefined;
}

/** First values of the scales of batch normalisation. */
export type NormalisationScale = 'one' | 'uniform';

/** Whether an initialiser uses the network's outputs on examples. */
export function initialisesByExamples(name: InitialiserName): boolean {
  return (initialisers[name] as Initialiser).adjust !== undefined;
}

/** First values of batch normalisation, as PyTorch's: it changes nothing but the spread. */
const constants = { scale: 1, shift: 0, mean: 0, variance: 1 } as const;

/**
 * Draws a network's first values: weights by the initialiser, each tensor from a stream of its own; biases zero; batch
 * normalisation at scale 1 unless the choices say otherwise, shift 0, running mean 0 and running variance 1.
 *
 * @param seed of the random numbers
 * @param sampler the kernels' normal and uniform numbers, the same bits everywhere
 * @param outputVariance for an initialiser that looks at outputs; see `initialisesByExamples`. It sees biases at zero, and
 *   weights before they are multiplied by `scale`
 * @returns tensors in PyTorch's layout, in the order of the layers
 * @throws InputError when the initialiser needs outputs and `outputVariance` is missing or not usable
 */
export function initialise(
  network: Network,
  name: InitialiserName,
  seed: number,
  sampler: Sampler,
  { scale = 1, bias = 'zero', zeroResidual = false, normalisationScale = 'one' }: InitialisationChoices = {},
  outputVariance?: OutputVariance,
): Map<string, Float32Array> {
  const initialiser: Initialiser = initialisers[name];
  const zeroed = zeroResidual ? branchEnds(network) : new Set<string>();
  const parameters = parametersOf(network);
  const drawn = new Map(
    parameters.map((parameter, index): [string, Float32Array] => [parameter.name, firstDraw(parameter, index)]),
  );
  const adjusted = initialiser.adjust === undefined ? drawn : adjust(initialiser.adjust);
  return new Map(
    parameters.map((parameter, index): [string, Float32Array] => {
      const values = adjusted.get(parameter.name) as Float32Array;
      if (parameter.role === 'bias') return [parameter.name, firstBiases(parameter, index)];
      return [parameter.name, parameter.role === 'weight' && scale !== 1 ? values.map((w) => w * scale) : values];
    }),
  );

  function adjust(by: NonNullable<Initialiser['adjust']>): Tensors {
    if (outputVariance === undefined) {
      throw new InputError(
        `initialisation ${name} needs the variance of the network's outputs; expected outputVariance.`,
      );
    }
    return by({ network, drawn, outputVariance });
  }

  function firstDraw(parameter: Parameter, index: number): Float32Array {
    const { role, size, layer } = parameter;
    if (role === 'weight') return initialiser.draw(parameter, drawsOf(seed, index, sampler));
    if (role === 'bias') return new Float32Array(size);
    if (role === 'scale' && zeroed.has(layer)) return new Float32Array(size);
    if (role === 'scale' && normalisationScale === 'uniform') return sampler.uniform(stream(seed, 'init', index), size);
    return new Float32Array(size).fill(constants[role]);
  }

  function firstBiases({ size, fanIn }: Parameter, index: number): Float32Array {
    if (bias !== 'uniform') return new Float32Array(size).fill(bias === 'zero' ? 0 : bias.constant);
    const width = Math.fround(1 / Math.sqrt(fanIn));
    return sampler.uniform(stream(seed, 'init', index), size).map((value) => (2 * value - 1) * width);
  }
}

function drawsOf(seed: number, index: number, sampler: Sampler): Draws {
  let reader: StreamReader | undefined;
  return {
    normal: (count) => sampler.normal(stream(seed, 'init', index), count),
    uniform: (count) => sampler.uniform(stream(seed, 'init', index), count),
    below: (bound) => {
      reader ??= new StreamReader(stream(seed, 'init-places', index));
      return Math.floor(reader.uniform() * bound);
    },
  };
}

/** Batch normalisations whose output goes straight into an addition, those of downsampling shortcuts apart. */
function branchEnds(network: Network): Set<string> {
  const nodes = new Map(nodesOf(network).map((node) => [node.name, node]));
  const ends = new Set<string>();
  for (const { layer, sources } of nodes.values()) {
    if (layer.kind !== 'addition') continue;
    for (const source of sources) {
      const node = nodes.get(source);
      if (node?.layer.kind !== 'batch-normalisation') continue;
      const before = node.sources[0] === INPUT ? undefined : nodes.get(node.sources[0])?.layer;
      if (before?.kind === 'convolution' && before.downsampling === true) continue;
      ends.add(source);
    }
  }
  return ends;
}
