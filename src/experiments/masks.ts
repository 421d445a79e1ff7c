import { balancedExamples, randomExamples } from '../data/balanced.js';
import type { Dataset } from '../data/dataset.js';
import type { Kernels } from '../kernels/index.js';
import { InputError } from '../networks/errors.js';
import { type Mask, type Network, prunableParameters } from '../networks/network.js';
import {
  countOf,
  erdosRenyiCounts,
  erdosRenyiKernelCounts,
  fullMask,
  invertedMask,
  keepAt,
  type Measurer,
  measurer,
  needsExamples,
  pruneInSteps,
  randomMask,
  type Score,
  scores,
  shuffledMask,
  spreadMask,
  uniformCounts,
} from '../tickets/index.js';
import {
  type CellSpecification,
  type MaskSpecification,
  type MaskTarget,
  networkOf,
  type PrunedMask,
  type SpreadScope,
} from './cell-specification.js';
import type { Draw } from './draw.js';
import { examplesOf } from './examples.js';
import { type OwnScores, scoreOf } from './own-score.js';
import { type Parents, parentOf } from './parents.js';
import { settingsAt } from './setting-paths.js';

/** The inputs of a cell's mask. */
export interface MaskSource {
  readonly kernels: Kernels;
  readonly specification: Pick<
    CellSpecification,
    'network' | 'data' | 'initialisation' | 'batch' | 'labelSmoothing' | 'mask'
  >;
  readonly dataset: Dataset;
  readonly parents: Parents;
  readonly draw: Draw;
  /** The user's own scores that masks may need, loaded. */
  readonly own: OwnScores;
}

/** A mask, and what finding it cost beyond the cells it comes from. */
export interface CostedMask {
  readonly mask: Mask;
  /** Floating-point operations of what was measured. */
  readonly flops: number;
  /** Training examples sent forward and backward, each time counted. */
  readonly examples: number;
}

const spreads = {
  uniform: uniformCounts,
  'erdos-renyi': erdosRenyiCounts,
  'erdos-renyi-kernel': erdosRenyiKernelCounts,
} as const satisfies Record<SpreadScope, typeof uniformCounts>;

/** How many weights of every group of tensors survive: at a level of the ladder, or at a density. */
export function groupsOf(network: Network, { level = 1, density, ...settings }: MaskTarget) {
  const densities = density === undefined ? undefined : [density];
  return settingsAt(['pruning'], () => keepAt(network, { ...settings, densities }, level));
}

/**
 * The mask that a cell's specification asks for; null for the dense network.
 *
 * @throws InputError when a parent is missing, or this network does not allow the score
 */
export function maskOf(source: MaskSource): CostedMask | null {
  const { specification } = source;
  return specification.mask === null ? null : made(networkOf(specification), specification.mask, source);
}

function made(network: Network, specification: MaskSpecification, source: MaskSource): CostedMask {
  if (specification.kind === 'prune') return pruned(network, specification, source);
  if (specification.kind === 'found') return found(network, specification, source);
  const { kind, like, seed } = specification;
  const base = like.kind === 'found' ? found(network, like, source) : pruned(network, like, source);
  switch (kind) {
    case 'random':
      return { ...base, mask: randomMask(base.mask, seed) };
    case 'shuffled':
      return { ...base, mask: shuffledMask(network, base.mask, seed) };
    case 'inverted':
      return { ...base, mask: invertedMask(base.mask, seed) };
    default:
      return { ...base, mask: spread(network, base.mask, kind, seed) };
  }
}

/** The mask that a cell ended with. */
function found(network: Network, { cell }: { readonly cell: string }, { parents }: MaskSource): CostedMask {
  return { mask: parentOf(parents, cell).mask ?? fullMask(network), flops: 0, examples: 0 };
}

/** As many survivors as a mask has in the layers that it prunes at all, spread over those by a scope and drawn at random. */
function spread(network: Network, mask: Mask, scope: SpreadScope, seed: number): Mask {
  const touched = prunableParameters(network).filter(({ name, size }) => countOf(mask.get(name)) < size);
  const total = touched.reduce((sum, { name }) => sum + countOf(mask.get(name)), 0);
  const counts = spreads[scope](touched, total);
  return spreadMask(network, new Map(touched.map(({ name }, i) => [name, counts[i]])), seed);
}

/** A parent's final weights scored and pruned within its mask, or a cell's own first values from the whole network down. */
function pruned(network: Network, specification: PrunedMask, source: MaskSource): CostedMask {
  const { parents, draw, own } = source;
  const { from, steps = 1, seed, structure } = specification;
  const score = scoreOf(specification.score, own);
  const chosen: Score = typeof score === 'string' ? scores[score] : score;
  const parent = from === null ? null : parentOf(parents, from);
  const initial = () => draw(source.specification.initialisation.seed);
  const measure =
    specification.examples === undefined || !needsExamples(chosen)
      ? flowMeasurer(network, source)
      : measurerOf(network, { ...specification, examples: specification.examples }, source);
  const mask = pruneInSteps(
    parent?.mask ?? fullMask(network),
    parent?.finalWeights ?? initial(),
    { score, groups: groupsOf(network, specification), elements: structure && { network, structure }, steps },
    { seed, initial: chosen.needsInitial === true ? initial() : undefined },
    measure,
  );
  return { mask, flops: measure.flops, examples: measure.examples };
}

function measurerOf(
  network: Network,
  {
    examples: { count, seed, sampling },
    hessian,
    temperature = 1,
  }: Pick<PrunedMask, 'hessian' | 'temperature'> & Required<Pick<PrunedMask, 'examples'>>,
  { kernels, specification, dataset }: MaskSource,
): Measurer {
  const { data, batch, labelSmoothing } = specification;
  const { train } = examplesOf(specification, dataset);
  if (count > train.length) {
    throw new InputError(
      `pruning.examples is ${count}; expected at most the ${train.length} examples that are trained on.`,
    );
  }
  const examples =
    sampling === 'random'
      ? randomExamples(train, count, seed)
      : balancedExamples(dataset.train.labels, train, count, seed);
  return measurer(kernels, network, {
    dataset,
    normalisation: data.normalisation,
    examples,
    batch,
    labelSmoothing,
    ...(hessian === undefined ? {} : { hessian: { product: hessian, temperature } }),
  });
}

/** Of scores that need no examples, or nothing measured at all. */
function flowMeasurer(network: Network, { kernels, specification, dataset }: MaskSource): Measurer {
  const { data, batch } = specification;
  return measurer(kernels, network, { dataset, normalisation: data.normalisation, examples: new Int32Array(), batch });
}
