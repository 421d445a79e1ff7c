import type { Kernels } from '../kernels/kernels.js';
import { type Doubles, fullMask, type Mask, type Network, type Tensors } from '../networks/network.js';
import { type Checkpoint, fits, type KeptWeights, unpackKept } from './checkpoint.js';
import type { MaskMoment } from './evolution.js';
import { Probe } from './probe.js';
import { Trainer } from './trainer.js';
import type { TrainingPlan, Work } from './types.js';

/** What a look at the mask led to. */
export interface MaskOutcome {
  /** `diverged`: a weight or a gradient is no finite number, and the mask stays what it was. */
  readonly ends: 'not' | 'stopped' | 'diverged';
  /** Whether another number of weights survives. */
  readonly otherDensity: boolean;
}

const NOTHING: MaskOutcome = { ends: 'not', otherDensity: false };

/** The trainer of a plan whose mask may change: compiled anew for each mask, so that training is as sparse as it can be. */
export class EvolvingTrainer {
  readonly #kernels: Kernels;
  readonly #plan: TrainingPlan;
  #trainer: Trainer;
  /** Undefined for the plan's own. */
  #mask: Mask | undefined;

  /** @throws RangeError when the plan's shapes do not agree */
  constructor(kernels: Kernels, plan: TrainingPlan) {
    this.#kernels = kernels;
    this.#plan = plan;
    this.#trainer = new Trainer(kernels, plan);
    plan.evolution?.load?.(new Map());
  }

  /** Good until the next change. */
  get trainer(): Trainer {
    return this.#trainer;
  }

  /** A copy of the weights, with their mask. */
  get kept(): KeptWeights {
    return { weights: this.#trainer.packed, ...(this.#mask ? { mask: this.#mask } : {}) };
  }

  /** Puts weights back that were kept, under their mask; the optimiser's state is given up. */
  set kept(kept: KeptWeights) {
    if (kept.mask !== this.#mask) this.#compile(kept.mask, this.#trainer.work);
    this.#trainer.packed = kept.weights;
  }

  /** Null for the dense network. */
  maskOf({ mask, weights }: KeptWeights): Mask | null {
    return this.#plan.learned ? this.#trainer.maskOf(weights) : (mask ?? this.#plan.mask ?? null);
  }

  /** As named tensors in PyTorch's layout. */
  unpack(kept: KeptWeights): Tensors {
    return this.#plan.learned ? this.#trainer.unpack(kept.weights) : unpackKept(this.#plan, kept);
  }

  #compile(mask: Mask | undefined, work: Work): void {
    this.#trainer = new Trainer(this.#kernels, mask ? { ...this.#plan, mask } : this.#plan);
    this.#trainer.work = work;
    this.#mask = mask;
  }

  /**
   * Goes on from a checkpoint.
   *
   * @returns false, and stays at the beginning, when the checkpoint is of another plan
   */
  resume(checkpoint: Checkpoint): boolean {
    if (!fits(checkpoint, this.#plan)) return false;
    const { mask } = checkpoint;
    const { work } = this.#trainer;
    if (mask) this.#compile(mask, work);
    if (this.#trainer.resume(checkpoint)) {
      this.#plan.evolution?.load?.(checkpoint.evolution ?? new Map());
      return true;
    }
    if (mask) this.#compile(undefined, work);
    return false;
  }

  /** The first iteration after this one at which the mask may change. */
  nextChange(iteration: number): number {
    return this.#plan.evolution?.next(iteration + 1) ?? Number.POSITIVE_INFINITY;
  }

  /** Whether the iteration that is due has no step. */
  get holds(): boolean {
    const { evolution, firstIteration, iterations } = this.#plan;
    const { iteration } = this.#trainer;
    if (evolution?.holds === undefined || iteration <= firstIteration || iteration === iterations) return false;
    return evolution.next(iteration) === iteration && evolution.holds(iteration);
  }

  /** Changes the mask if that is due at this iteration. */
  change(): MaskOutcome {
    const { evolution, network, firstIteration, iterations } = this.#plan;
    const { iteration } = this.#trainer;
    const due = iteration === iterations || (iteration > firstIteration && evolution?.next(iteration) === iteration);
    if (evolution === undefined || !due) return NOTHING;
    const state = this.#trainer.state;
    if (![...state.weights.values()].every(allFinite)) return { ends: 'diverged', otherDensity: false };
    const search = this.#search(state.weights);
    const mask = completed(network, this.#mask ?? this.#plan.mask);
    const { weights } = state;
    const change = evolution.change({ iteration, iterations, mask, weights, gradients: search.gradients });
    const kept = change.kind === 'keep' || !search.finite();
    if (!kept || search.work() !== undefined) {
      // A search has taken over the arena, whatever came of it.
      const next = kept ? this.#mask : completed(network, change.mask);
      this.#compile(next, search.work() ?? this.#trainer.work);
      this.#trainer.state = change.kind === 'change' && change.anew ? this.#trainer.without(state, change.anew) : state;
    }
    if (!search.finite()) return { ends: 'diverged', otherDensity: false };
    return {
      ends: change.kind === 'stop' ? 'stopped' : 'not',
      otherDensity: !kept && survivors(this.#mask as Mask) !== survivors(mask),
    };
  }

  /** Gradients on the batch that is due, for as long as the trainer has not been compiled anew. */
  #search(weights: Tensors) {
    const { network, dataset, normalisation, batch, labelSmoothing } = this.#plan;
    const trainer = this.#trainer;
    let found: Doubles | undefined;
    let work: Work | undefined;
    let finite = true;
    const gradients: MaskMoment['gradients'] = () => {
      if (found) return found;
      const probe = new Probe(this.#kernels, {
        network,
        dataset,
        normalisation,
        examples: trainer.due,
        batch,
        ...(labelSmoothing === undefined ? {} : { labelSmoothing }),
      });
      const measured = probe.gradients(weights);
      const { search, searchExamples, ...rest } = trainer.work;
      work = { ...rest, search: search + probe.flops, searchExamples: searchExamples + probe.examples };
      finite = [...measured.values()].every(allFinite);
      // What is no number is handed on as zero: training ends here whatever is made of it.
      found = finite ? measured : new Map([...measured].map(([name, { length }]) => [name, new Float64Array(length)]));
      return found;
    };
    return { gradients, work: () => work, finite: () => finite };
  }
}

function allFinite(values: Float32Array | Float64Array): boolean {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) return false;
  return true;
}

/** A copy with every prunable tensor's bits. */
function completed(network: Network, mask: Mask | undefined): Mask {
  return new Map([...fullMask(network)].map(([name, ones]) => [name, mask?.get(name)?.slice() ?? ones]));
}

function survivors(mask: Mask): number {
  let kept = 0;
  for (const bits of mask.values()) for (let i = 0; i < bits.length; i++) kept += bits[i];
  return kept;
}
