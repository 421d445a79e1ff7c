import type { Dataset } from '../data/dataset.js';
import { splitIndices } from '../data/split.js';
import type { Kernels } from '../kernels/index.js';
import { InputError } from '../networks/errors.js';
import type { Mask, Network, Tensors } from '../networks/network.js';
import {
  applyMask,
  densityOf,
  fullMask,
  inputDegree,
  keepAtLevel,
  keptCounts,
  maskDigest,
  prune,
  randomMask,
  scoresOfInitial,
  tensorsDigest,
} from '../tickets/index.js';
import type { CheckpointKeeper } from '../training/checkpoint.js';
import { train } from '../training/index.js';
import type { TrainingObserver, TrainingPlan } from '../training/types.js';
import {
  ARITHMETIC_VERSION,
  type CellSpecification,
  cellId,
  firstIterationOf,
  type MaskSpecification,
  networkOf,
} from './cell-specification.js';
import { cellDigest, historyDigest } from './digest.js';
import { type Draw, drawOf } from './draw.js';
import type { CellDigests, FinishedCell } from './store.js';

/** A cell as training leaves it, before it is known where and when that was. */
export type TrainedCell = Omit<FinishedCell, 'provenance'>;

/** Finished cells by name: what a cell is made from. */
export type Parents = ReadonlyMap<string, Pick<FinishedCell, 'mask' | 'finalWeights' | 'snapshots'>>;

function parentOf(parents: Parents, id: string): Pick<FinishedCell, 'mask' | 'finalWeights' | 'snapshots'> {
  const parent = parents.get(id);
  if (parent === undefined) throw new InputError(`cell ${id} is needed first and is not there.`);
  return parent;
}

/**
 * The mask a specification asks for: its parent's final weights scored and pruned within the parent's own mask down to
 * the counts of the level, or as many survivors a layer at random.
 *
 * @param initial the values that the trial's dense network started from, for scores that look at them
 * @throws InputError when the parent is missing
 */
export function maskOf(
  network: Network,
  specification: MaskSpecification,
  parents: Parents,
  initial: () => Tensors,
): Mask {
  if (specification.kind === 'random') {
    return randomMask(maskOf(network, specification.like, parents, initial), specification.seed);
  }
  const parent = parentOf(parents, specification.from);
  const groups = keepAtLevel(network, specification, specification.level);
  const { score, seed } = specification;
  const before = scoresOfInitial.has(score) ? initial() : undefined;
  return prune(parent.mask ?? fullMask(network), parent.finalWeights, score, groups, { seed, initial: before });
}

/**
 * The values a cell starts from, pruned places at +0.
 *
 * @param draw of the cell; see `drawOf`
 * @throws InputError when the cell to rewind to is missing or did not keep that iteration
 */
export function startOf(
  { initialisation, start }: Pick<CellSpecification, 'initialisation' | 'start'>,
  mask: Mask | null,
  parents: Parents,
  draw: Draw,
): Tensors {
  let values: Tensors;
  switch (start.kind) {
    case 'initial':
      values = draw(initialisation.seed);
      break;
    case 'reinitialise':
      values = draw(start.seed);
      break;
    case 'rewind': {
      const kept = parentOf(parents, start.cell).snapshots.get(start.iteration);
      if (kept === undefined) {
        throw new InputError(`cell ${start.cell} kept no weights of iteration ${start.iteration} to rewind to.`);
      }
      values = kept;
      break;
    }
    case 'continue':
      values = parentOf(parents, start.cell).finalWeights;
  }
  return mask === null ? values : applyMask(values, mask);
}

/**
 * Trains one cell from its specification: the same specification, data and parents give the same bits everywhere.
 *
 * @param dataset must be the one whose digest the specification names
 * @param parents every cell that `parentsOf` lists
 * @param observer called after each evaluation and now and then between; returns false to call training off
 * @param checkpoints where training goes on from, and what it leaves behind should it be killed
 * @throws InputError when data or parents are not those of the specification, or it is of another arithmetic version
 */
export function executeCell(
  kernels: Kernels,
  specification: CellSpecification,
  dataset: Dataset,
  parents: Parents,
  observer?: TrainingObserver,
  checkpoints?: CheckpointKeeper,
): TrainedCell {
  if (specification.arithmetic !== ARITHMETIC_VERSION) {
    throw new InputError(
      `the cell is of arithmetic version ${specification.arithmetic}, this version of lottery-lab computes ${ARITHMETIC_VERSION}; use the version that made it.`,
    );
  }
  if (dataset.digest !== specification.data.digest) {
    throw new InputError(
      `the data set at hand has digest ${dataset.digest.slice(0, 12)}, the cell is of ${specification.data.digest.slice(0, 12)}.`,
    );
  }
  const network = networkOf(specification);
  const draw = drawOf(kernels, specification, dataset);
  const initial = () => draw(specification.initialisation.seed);
  const mask = specification.mask === null ? null : maskOf(network, specification.mask, parents, initial);
  const start = startOf(specification, mask, parents, draw);
  const { train: trainIndices, validation: validationIndices } = splitIndices(
    dataset.train.count,
    specification.data.validation,
    specification.data.splitSeed,
  );
  const result = train(
    kernels,
    {
      network,
      dataset,
      normalisation: specification.data.normalisation,
      trainIndices,
      validationIndices,
      start,
      ...(mask === null ? {} : { mask }),
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
    observer,
    checkpoints,
  );
  const layers = keptCounts(network, mask);
  const found = {
    id: cellId(specification),
    status: result.status,
    layers,
    earlyStop: result.earlyStop,
    end: result.end,
    inputDegree: inputDegree(network, mask),
  };
  return {
    ...found,
    specification,
    density: densityOf(layers),
    flops: result.flops,
    digests: digestsOf(found, { ...result, mask }),
    history: result.history,
    mask,
    finalWeights: result.finalWeights,
    earlyStopWeights: result.earlyStopWeights,
    snapshots: result.snapshots,
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

function digestsOf(
  found: Parameters<typeof cellDigest>[0],
  parts: Pick<FinishedCell, 'history' | 'mask' | 'finalWeights' | 'earlyStopWeights' | 'snapshots'>,
): CellDigests {
  const digests = {
    history: historyDigest(parts.history),
    finalWeights: tensorsDigest(parts.finalWeights),
    earlyStopWeights: tensorsDigest(parts.earlyStopWeights),
    mask: parts.mask === null ? null : maskDigest(parts.mask),
    snapshots: Object.fromEntries(
      [...parts.snapshots].map(([iteration, weights]) => [String(iteration), tensorsDigest(weights)]),
    ),
  };
  return { ...digests, cell: cellDigest(found, digests) };
}
