import type { Dataset } from '../data/dataset.js';
import type { Kernels } from '../kernels/kernels.js';
import type { Mask, Network, Tensors } from '../networks/network.js';
import { BufferPool } from './buffers.js';
import { type Evaluation, SetEvaluation } from './evaluation.js';
import { layOut } from './layout.js';
import { placeTensors } from './packing.js';
import { checkShapes, placeNormalisation, residentDataset } from './resident.js';
import { type NetworkStorage, type StorageChoice, storeNetwork } from './storage.js';
import type { Turns } from './turns.js';
import type { Normalisation } from './types.js';

/** Examples to evaluate on: all of the test set, or places in the training set. */
export type ExampleSet = { readonly of: 'test' } | { readonly of: 'train'; readonly examples: Int32Array };

/** What is evaluated on what. */
export interface EvaluatorPlan {
  readonly network: Network;
  readonly dataset: Dataset;
  readonly normalisation: Normalisation;
  readonly sets: readonly ExampleSet[];
  /** Places that are taken for +0 whatever is given there; default: none. */
  readonly mask?: Mask;
  /** How weights lie in memory; the figures are the same bits. Default: `auto`, which chooses by density. */
  readonly storage?: StorageChoice;
}

/**
 * A network compiled to be evaluated and nothing else: once for a mask, then of as many weights as one likes. Its figures
 * are those of a trainer that holds the same weights, bit for bit.
 *
 * It takes over the arena of its kernels, as a trainer does.
 */
export class Evaluator {
  readonly #kernels: Kernels;
  readonly #storage: NetworkStorage;
  readonly #sets: readonly SetEvaluation[];

  /** @throws RangeError when shapes do not agree */
  constructor(kernels: Kernels, { network, dataset, normalisation, sets, mask, storage = 'auto' }: EvaluatorPlan) {
    checkShapes(network, dataset, normalisation);
    const resident = residentDataset(kernels, dataset);
    this.#kernels = kernels;
    const layout = layOut(network);
    this.#storage = storeNetwork(kernels, network, layout, mask, storage);
    const placed = { layout, storage: this.#storage, classes: network.classes };
    const common = placeNormalisation(kernels, normalisation, dataset);
    const pool = new BufferPool(kernels);
    this.#sets = sets.map((set) => {
      const { images, labels, indices, count } =
        set.of === 'test'
          ? {
              images: resident.testImages,
              labels: resident.testLabels,
              indices: resident.testIndices,
              count: dataset.test.count,
            }
          : {
              images: resident.trainImages,
              labels: resident.trainLabels,
              indices: kernels.place(set.examples),
              count: set.examples.length,
            };
      return new SetEvaluation(kernels, placed, { ...common, images, labels, indices }, count, pool);
    });
  }

  /** Floating-point operations of evaluating one set of weights on all sets. */
  get flops(): number {
    return this.#sets.reduce((sum, { flops }) => sum + flops, 0);
  }

  /**
   * Loss and accuracy of some weights on each set, in the order of the plan.
   *
   * @param weights in PyTorch's layout
   * @throws RangeError when a tensor is missing or is not the network's
   */
  evaluate(weights: Tensors): Evaluation[] {
    placeTensors(this.#kernels, this.#storage.tensors, weights);
    return this.#sets.map((set) => set.run());
  }

  /**
   * The same in pieces, between which the event loop has its turns.
   *
   * @returns null when it was called off
   */
  async evaluateInTurns(weights: Tensors, turns: Turns): Promise<Evaluation[] | null> {
    placeTensors(this.#kernels, this.#storage.tensors, weights);
    const found: Evaluation[] = [];
    for (const set of this.#sets) {
      const evaluation = await set.runInTurns(turns);
      if (evaluation === null) return null;
      found.push(evaluation);
    }
    return found;
  }
}
