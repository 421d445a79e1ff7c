import { type Mask, parametersOf, prunableParameters, type Tensors } from '../networks/network.js';
import type { EvolutionState } from './evolution.js';
import { unpackTensor } from './packing.js';
import { survivorsOf } from './storage.js';
import type { History, TrainingPlan, Work } from './types.js';

/** Every tensor as it is stored, in the order of `parametersOf`: quick to take and to put back. */
export type PackedWeights = readonly Float32Array[];

/** Weights with the mask that they are stored under. */
export interface KeptWeights {
  readonly weights: PackedWeights;
  /** Absent where it is the plan's own. */
  readonly mask?: Mask;
}

/**
 * What a training run needs to go on from an iteration with the same bits: everything that is not computed again from
 * the plan. Tensors lie as they are stored, so a checkpoint shrinks with density.
 */
export interface Checkpoint extends KeptWeights {
  /** Steps counted so far; a change of the mask and an evaluation that were due here have been made. */
  readonly iteration: number;
  /** True where the evaluation that is due here has not been made yet. */
  readonly unevaluated?: boolean;
  /** Done so far. */
  readonly work: Work;
  /** One row an evaluation so far, with columns for the test set only where the plan asks for them. */
  readonly history: History;
  /** The optimiser's state: a momentum, or Adam's first and second moments, of every trained tensor in turn. */
  readonly moments: PackedWeights;
  /** The early stop so far, and its row of the history; absent before there is an evaluation that may be it. */
  readonly best?: KeptWeights & { readonly row: number };
  /** By iteration, those taken so far. */
  readonly snapshots: ReadonlyMap<number, KeptWeights>;
  /** Of a plan whose mask changes. */
  readonly evolution?: EvolutionState;
}

/** Keeps the checkpoint of one training run. */
export interface CheckpointKeeper {
  /** The last one saved; undefined when there is none that can be used. */
  load(): Promise<Checkpoint | undefined>;
  /** Whether it is time for another. */
  due(): boolean;
  save(checkpoint: Checkpoint): Promise<void>;
}

type OwnPlan = Pick<TrainingPlan, 'network' | 'mask' | 'firstIteration' | 'iterations' | 'evolution'>;

/** Whether a checkpoint is of a plan whose tensors are such: otherwise training starts anew. */
export function fits(checkpoint: Checkpoint, plan: OwnPlan): boolean {
  const { iteration, history, best, snapshots } = checkpoint;
  const parameters = parametersOf(plan.network);
  const keptFits = ({ weights, mask: changed }: KeptWeights) => {
    const mask = changed ?? plan.mask;
    const rightMask = prunableParameters(plan.network).every(({ name, size }) => {
      const bits = mask?.get(name);
      return bits === undefined || bits.length === size;
    });
    return (
      (changed === undefined || plan.evolution !== undefined) &&
      rightMask &&
      weights.length === parameters.length &&
      weights.every(({ length }, index) => {
        const { name, size } = parameters[index];
        return length === size || length === mask?.get(name)?.reduce((sum, bit) => sum + bit, 0);
      })
    );
  };
  return (
    iteration >= plan.firstIteration &&
    iteration <= plan.iterations &&
    (best === undefined || (best.row >= 0 && best.row < history.iteration.length)) &&
    [checkpoint, ...(best ? [best] : []), ...snapshots.values()].every(keptFits)
  );
}

/** Kept weights as named tensors in PyTorch's layout, pruned places +0. */
export function unpackKept(plan: Pick<OwnPlan, 'network' | 'mask'>, { weights, mask }: KeptWeights): Tensors {
  return new Map(
    parametersOf(plan.network).map((parameter, index): [string, Float32Array] => {
      const { name, size } = parameter;
      const bits = (mask ?? plan.mask)?.get(name);
      const whole = bits === undefined || weights[index].length === size;
      return [
        name,
        unpackTensor(whole ? { parameter } : { parameter, positions: survivorsOf(parameter, bits) }, weights[index]),
      ];
    }),
  );
}
