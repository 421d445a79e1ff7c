import type { Dataset } from '../data/dataset.js';
import type { Kernels } from '../kernels/kernels.js';
import { type Program, ProgramBuilder } from '../kernels/program.js';
import { stateLayout } from '../kernels/state.js';
import type { Mask, Network, Tensors } from '../networks/network.js';
import { stream } from '../random/stream.js';
import { BackwardPass } from './backward.js';
import { addGather, addLoss, type BatchSource } from './batch.js';
import { allocateSlots, batchSize, type PlacedMap } from './buffers.js';
import { addNode } from './forward.js';
import { layOut, type NetworkLayout } from './layout.js';
import { LANES } from './maps.js';
import { placeTensors } from './packing.js';
import { finishStep, type Pass } from './pass.js';
import { placeNormalisation, residentDataset } from './resident.js';
import { type NetworkStorage, storeNetwork } from './storage.js';
import type { Normalisation } from './types.js';

/** What a network is probed with. */
export interface ProbePlan {
  readonly network: Network;
  readonly dataset: Dataset;
  readonly normalisation: Normalisation;
  /** Places in the training set, in the order in which they are read. */
  readonly examples: Int32Array;
  /** Examples of a batch; the last batch may be short. Batch normalisation sees one batch at a time. */
  readonly batch: number;
  /** Share of the label that is spread over all classes in the loss; default: 0. */
  readonly labelSmoothing?: number;
  /** Computes survivors alone: pruned weights are then +0 whatever is given for them, and so are their gradients. */
  readonly mask?: Mask;
}

/** Called after each batch, while what was computed of it lies in the arena, with the number of its examples. */
export type EachBatch = (live: number) => void;

/**
 * A network through which the examples of a plan are sent, forward alone or forward and backward. Programs are compiled when
 * they are first needed. Batch normalisation uses each batch's own statistics; dropout does nothing.
 */
export class ExamplePasses {
  readonly #kernels: Kernels;
  readonly #plan: ProbePlan;
  readonly layout: NetworkLayout;
  readonly storage: NetworkStorage;
  /** Every slot's values for the batch that was sent through last. */
  readonly values: readonly PlacedMap[];
  readonly #state: number;
  readonly #source: BatchSource;
  #forwardAndBackward: Program | undefined;
  #fromLogits: { readonly program: Program; readonly logits: number } | undefined;
  /** By the place of the last node that they compute. */
  readonly #forward = new Map<number, Program>();
  #flops = 0;
  #examples = 0;

  constructor(kernels: Kernels, plan: ProbePlan) {
    const { dataset, normalisation, examples, batch, mask } = plan;
    this.#kernels = kernels;
    this.#plan = plan;
    const network = withoutDropout(plan.network);
    const resident = residentDataset(kernels, dataset);
    this.layout = layOut(network);
    this.storage = storeNetwork(kernels, network, this.layout, mask, mask === undefined ? 'dense' : 'auto');
    this.#state = kernels.allocate(stateLayout.bytes);
    this.values = allocateSlots(kernels, this.layout, batchSize(batch));
    this.#source = {
      images: resident.trainImages,
      labels: resident.trainLabels,
      indices: kernels.place(examples),
      ...placeNormalisation(kernels, normalisation, dataset),
    };
  }

  /** Floating-point operations so far. */
  get flops(): number {
    return this.#flops;
  }

  /** Examples sent through so far, each time counted. */
  get examples(): number {
    return this.#examples;
  }

  /**
   * Sends every example forward.
   *
   * @param last place of the last node that is computed, since a later one may overwrite its output; default: the logits
   * @throws RangeError when a tensor of the weights is missing or has another size
   */
  forward(weights: Tensors, each: EachBatch, last = this.layout.nodes.length - 1): void {
    const program = this.#forward.get(last) ?? finishStep(this.#passTo(last), this.#kernels);
    this.#forward.set(last, program);
    this.#through(program, weights, each);
  }

  /**
   * Sends every example forward, and the gradient of its batch's mean loss backward.
   *
   * @throws RangeError when a tensor of the weights is missing or has another size
   */
  forwardAndBackward(weights: Tensors, each: EachBatch): void {
    this.#forwardAndBackward ??= this.#compileWhole();
    this.#through(this.#forwardAndBackward, weights, each);
  }

  /** Of the batch that was sent forward, sends the gradient of one logit of one example backward; both count from 0. */
  backwardFromLogit(example: number, logit: number): void {
    const { network, batch } = this.#plan;
    this.#fromLogits ??= this.#compileFromLogits();
    const { program, logits } = this.#fromLogits;
    // [block][class][16], which the program may overwrite.
    const block = network.classes * LANES;
    const gradient = this.#kernels.floats(logits, block * batchSize(batch).blocks).fill(0);
    gradient[Math.floor(example / LANES) * block + logit * LANES + (example % LANES)] = 1;
    program.run();
    this.#flops += program.flops;
  }

  #through(program: Program, weights: Tensors, each: EachBatch): void {
    const { examples, batch } = this.#plan;
    placeTensors(this.#kernels, this.storage.tensors, weights);
    this.#kernels.bytes(this.#state, stateLayout.bytes).fill(0);
    for (let from = 0; from < examples.length; from += batch) {
      const live = Math.min(batch, examples.length - from);
      program.run();
      this.#flops += program.flops;
      this.#examples += live;
      each(live);
    }
  }

  #emptyPass(): Pass {
    return {
      builder: new ProgramBuilder(),
      layout: this.layout,
      storage: this.storage,
      state: this.#state,
      size: batchSize(this.#plan.batch),
      dropoutStream: (place) => stream(0, 'dropout', place),
    };
  }

  /** The beginning of a program: the next batch, and the nodes up to one of them. */
  #passTo(last: number): Pass {
    const { examples, batch } = this.#plan;
    const pass = this.#emptyPass();
    pass.builder.add(
      'range',
      { state: this.#state, count: examples.length, batch },
      { shape: `${batch} of ${examples.length}`, flops: 0, bytes: 0 },
    );
    addGather(pass, this.#source, this.values[0]);
    for (let place = 0; place <= last; place++) addNode(pass, place, this.values, 'training');
    return pass;
  }

  #compileWhole(): Program {
    const { nodes } = this.layout;
    const { network, labelSmoothing = 0 } = this.#plan;
    const pass = this.#passTo(nodes.length - 1);
    const backward = new BackwardPass(this.#kernels, pass, this.values);
    const logits = this.values[nodes[nodes.length - 1].slot].first;
    addLoss(pass, this.#source, network.classes, logits, backward.logits.first, labelSmoothing);
    backward.add();
    return finishStep(pass, this.#kernels);
  }

  #compileFromLogits(): { readonly program: Program; readonly logits: number } {
    const pass = this.#emptyPass();
    const backward = new BackwardPass(this.#kernels, pass, this.values);
    const logits = backward.logits.first;
    backward.add();
    return { program: pass.builder.build(this.#kernels), logits };
  }
}

/** The network with dropout that does nothing. */
export function withoutDropout(network: Network): Network {
  const layers = network.layers.map((layer) => (layer.kind === 'dropout' ? { ...layer, rate: 0 } : layer));
  return { ...network, layers };
}
