import type { Dataset } from '../data/dataset.js';
import type { Kernels } from '../kernels/index.js';
import { InputError } from '../networks/errors.js';
import type { Mask } from '../networks/network.js';
import { type Compact, compactNetwork, densityOf, inputDegree, keptCounts } from '../tickets/index.js';
import type { CheckpointKeeper } from '../training/checkpoint.js';
import { train } from '../training/index.js';
import type { TrainingPlan, TrainingProgress, TrainingResult } from '../training/types.js';
import {
  ARITHMETIC_VERSION,
  type CellSpecification,
  cellId,
  firstIterationOf,
  networkOf,
} from './cell-specification.js';
import { cellDigests } from './digest.js';
import { drawOf } from './draw.js';
import { plannedEvolution } from './evolutions.js';
import { examplesOf } from './examples.js';
import { maskOf } from './masks.js';
import type { OwnScores } from './own-score.js';
import type { Parents } from './parents.js';
import { startOf } from './starts.js';
import type { FinishedCell } from './store.js';

/** A cell as training leaves it, before it is known where and when that was. */
export type TrainedCell = Omit<FinishedCell, 'provenance'>;

export interface ExecuteCellOptions {
  readonly kernels: Kernels;
  readonly specification: CellSpecification;
  /** The one whose digest the specification names. */
  readonly dataset: Dataset;
  /** Every cell that `parentsOf` lists. */
  readonly parents: Parents;
  /** Called after each evaluation, and some times a second between. */
  readonly onProgress?: (progress: TrainingProgress) => void;
  /** Cancels training. */
  readonly signal?: AbortSignal;
  /** Where training resumes from, and what it leaves behind should it be killed. */
  readonly checkpoints?: CheckpointKeeper;
  /** The user's own scores; see `ownScoreOf`. */
  readonly scores?: OwnScores;
  /** Milliseconds, for what the search took; nothing else depends on it. Default: the search takes no time. */
  readonly clock?: () => number;
}

/**
 * Trains one cell from its specification: the same specification, data and parents give the same bits everywhere.
 *
 * @throws InputError when data or parents are not those of the specification, or it is of another arithmetic version
 * @throws an error named `AbortError` when the signal fired
 */
export async function executeCell({
  kernels,
  specification,
  dataset,
  parents,
  onProgress,
  signal,
  checkpoints,
  scores: own = new Map(),
  clock = () => 0,
}: ExecuteCellOptions): Promise<TrainedCell> {
  if (specification.arithmetic !== ARITHMETIC_VERSION) {
    throw new InputError(
      `the cell is of arithmetic version ${specification.arithmetic}, this version of lottery-lab computes ${ARITHMETIC_VERSION}; use the version that made it.`,
    );
  }
  if (dataset.digest !== specification.data.digest) {
    throw new InputError(
      `the data set has digest ${dataset.digest.slice(0, 12)}, but the cell needs ${specification.data.digest.slice(0, 12)}.`,
    );
  }
  const network = networkOf(specification);
  const draw = drawOf(kernels, specification, dataset);
  const began = clock();
  const found = maskOf({ kernels, specification, dataset, parents, draw, own });
  const searchSeconds = (clock() - began) / 1000;
  const mask = found?.mask ?? null;
  const start = startOf(specification, mask, parents, draw, kernels.sampler);
  const evolution = specification.evolution ?? null;
  const { train: trainIndices, validation: validationIndices } = examplesOf(specification, dataset);
  const compact = mask === null ? null : compactOf(specification, mask);
  const trained = await train({
    kernels,
    plan: {
      network: compact?.network ?? network,
      dataset,
      normalisation: specification.data.normalisation,
      trainIndices,
      validationIndices,
      start: compact?.shrink(start) ?? start,
      ...(mask === null ? {} : { mask: compact?.mask ?? mask }),
      ...(evolution === null ? {} : plannedEvolution(network, evolution)),
      ...(specification.pruned === 'frozen' ? { pruned: 'frozen' as const } : {}),
      optimiser: specification.optimiser,
      ...choicesOf(specification),
      batch: specification.batch,
      iterations: specification.iterations,
      evaluateEvery: specification.evaluateEvery,
      orderSeed: specification.orderSeed,
      firstIteration: firstIterationOf(specification),
      snapshots: specification.snapshots,
      testCurve: specification.testCurve,
      storage: 'auto',
    },
    ...(onProgress === undefined ? {} : { onProgress }),
    ...(signal === undefined ? {} : { signal }),
    ...(checkpoints === undefined ? {} : { checkpoints }),
  });
  const result = compact === null ? trained : grown(trained, compact);
  const layers = keptCounts(network, result.mask);
  const summary = {
    id: cellId(specification),
    status: result.status,
    layers,
    earlyStop: result.earlyStop,
    end: result.end,
    inputDegree: inputDegree(network, result.mask),
  };
  return {
    ...summary,
    specification,
    density: densityOf(layers),
    flops: result.flops + (found?.flops ?? 0),
    cost: {
      search: {
        flops: (found?.flops ?? 0) + result.work.search,
        examples: (found?.examples ?? 0) + result.work.searchExamples,
        seconds: searchSeconds,
      },
      training: {
        forward: result.work.forward,
        backward: result.work.backward,
        evaluation: result.work.evaluation,
        examples: result.work.examples,
      },
    },
    digests: cellDigests(summary, result),
    history: result.history,
    mask: result.mask,
    finalWeights: result.finalWeights,
    earlyStopWeights: result.earlyStopWeights,
    snapshots: result.snapshots,
  };
}

/**
 * The smaller network that is trained where a cell's mask is pruned by units, which leave it; null where weights are pruned
 * in any other way.
 *
 * @param bits the mask as it was drawn, for the whole network
 */
export function compactOf(specification: Pick<CellSpecification, 'mask' | 'network'>, bits: Mask): Compact | null {
  const { mask } = specification;
  if (mask?.kind !== 'prune' || mask.structure?.kind !== 'units') return null;
  return compactNetwork(networkOf(specification), bits);
}

/** What a compact network's training yields, in the places of the whole network. */
function grown(result: TrainingResult, { grow, growMask }: Compact): TrainingResult {
  return {
    ...result,
    finalWeights: grow(result.finalWeights),
    earlyStopWeights: grow(result.earlyStopWeights),
    mask: result.mask && growMask(result.mask),
    snapshots: new Map([...result.snapshots].map(([iteration, weights]) => [iteration, grow(weights)])),
  };
}

/** What a cell asks of training beyond the optimiser; what stands at its default is left out. */
function choicesOf({
  schedule,
  decayOn,
  clipNorm,
  labelSmoothing,
  augmentation,
}: CellSpecification): Pick<TrainingPlan, 'schedule' | 'decayOn' | 'clipNorm' | 'labelSmoothing' | 'augmentation'> {
  return {
    ...(schedule.warmup === 0 && schedule.shape.kind === 'constant' ? {} : { schedule }),
    ...(decayOn === 'all' ? {} : { decayOn }),
    ...(clipNorm === null ? {} : { clipNorm }),
    ...(labelSmoothing === 0 ? {} : { labelSmoothing }),
    ...(augmentation === null ? {} : { augmentation }),
  };
}
