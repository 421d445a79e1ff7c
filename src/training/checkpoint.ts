import type { StoredTensor } from './storage.js';
import type { History, Work } from './types.js';

/** Every tensor as it is stored, in the order of `parametersOf`: quick to take and to put back. */
export type PackedWeights = readonly Float32Array[];

/**
 * What a training run needs to go on from an iteration with the same bits: everything that is not computed again from
 * the plan. Tensors lie as they are stored, so a checkpoint shrinks with density.
 */
export interface Checkpoint {
  /** Steps counted so far; a measurement that was due here has been taken. */
  readonly iteration: number;
  /** Done so far. */
  readonly work: Work;
  /** One row an evaluation so far, with columns for the test set only where the plan asks for them. */
  readonly history: History;
  readonly weights: PackedWeights;
  /** The optimiser's state: a momentum, or Adam's first and second moments, of every trained tensor in turn. */
  readonly moments: PackedWeights;
  /** Weights of the lowest validation loss, and the row of the history where that was. */
  readonly best: { readonly row: number; readonly weights: PackedWeights };
  /** By iteration, those taken so far. */
  readonly snapshots: ReadonlyMap<number, PackedWeights>;
}

/** Keeps the checkpoint of one training run. */
export interface CheckpointKeeper {
  /** The last one saved; undefined when there is none that can be used. */
  load(): Checkpoint | undefined;
  /** Whether it is time for another. */
  due(): boolean;
  save(checkpoint: Checkpoint): void;
}

/** Whether a checkpoint is of a plan whose tensors and optimiser state lie so: otherwise training starts anew. */
export function fits(
  { iteration, history, weights, moments, best, snapshots }: Checkpoint,
  plan: { readonly firstIteration: number; readonly iterations: number },
  tensors: readonly StoredTensor[],
  momentLengths: readonly number[],
): boolean {
  const asStored = (packed: PackedWeights) =>
    packed.length === tensors.length && packed.every(({ length }, index) => length === tensors[index].count);
  return (
    iteration >= plan.firstIteration &&
    iteration <= plan.iterations &&
    best.row >= 0 &&
    best.row < history.iteration.length &&
    [weights, best.weights, ...snapshots.values()].every(asStored) &&
    moments.length === momentLengths.length &&
    moments.every(({ length }, index) => length === momentLengths[index])
  );
}
