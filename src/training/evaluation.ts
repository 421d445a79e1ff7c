import type { Kernels } from '../kernels/kernels.js';
import { type Program, ProgramBuilder } from '../kernels/program.js';
import { stateLayout } from '../kernels/state.js';
import { stream } from '../random/stream.js';
import { addGather, addLoss, type BatchSource } from './batch.js';
import { BufferPool, batchSize, lastUses, type PlacedMap, placedMap } from './buffers.js';
import { addZeroBorder } from './elementwise.js';
import { addNode } from './forward.js';
import type { NetworkLayout } from './layout.js';
import { bytesOf } from './maps.js';
import { finishStep, type Pass } from './pass.js';
import type { NetworkStorage } from './storage.js';
import { Pieces, type Turns } from './turns.js';

/** Mean loss in nats and share of correct answers over a set. */
export interface Evaluation {
  readonly loss: number;
  readonly accuracy: number;
}

/** A network in the arena, as its programs take it. */
export interface PlacedNetwork {
  readonly layout: NetworkLayout;
  readonly storage: NetworkStorage;
  readonly classes: number;
}

/** Examples evaluated at once: activations of this many stay in the second-level cache. Twice as many are 3 to 6% slower, four times 5 to 30%. */
const EVALUATION_BATCH = 64;

/**
 * Gathers a batch, takes it through the network as evaluation does and adds up its loss.
 *
 * @param memory a buffer for each slot, or a pool to take them from for as long as they are needed
 */
export function addEvaluation(
  pass: Pass,
  source: BatchSource,
  classes: number,
  memory: readonly PlacedMap[] | BufferPool,
): void {
  const { nodes, slots } = pass.layout;
  const maps: PlacedMap[] = [];
  const take = (slot: number) => {
    if (memory instanceof BufferPool) {
      maps[slot] = placedMap(slots[slot], memory.take(bytesOf(slots[slot], pass.size.blocks)));
      addZeroBorder(pass, maps[slot]);
    } else {
      maps[slot] = memory[slot];
    }
  };
  const last = lastUses(pass.layout);
  const giveAfter = (place: number) => {
    if (!(memory instanceof BufferPool)) return;
    last.forEach((use, slot) => {
      if (use === place) memory.give(maps[slot].base);
    });
  };
  take(0);
  addGather(pass, source, maps[0]);
  nodes.forEach((node, place) => {
    if (!node.inPlace) take(node.slot);
    addNode(pass, place, maps, 'evaluation');
    giveAfter(place);
  });
  addLoss(pass, source, classes, maps[nodes[nodes.length - 1].slot].first, 0, 0);
  giveAfter(nodes.length);
}

/** What a program's state has added up over so many examples. */
export function readEvaluation(kernels: Kernels, state: number, count: number): Evaluation {
  return {
    loss: kernels.doubles(state + stateLayout.loss, 1)[0] / count,
    accuracy: kernels.integers(state + stateLayout.correct, 1)[0] / count,
  };
}

/** The evaluation of one set of examples, compiled: of whatever weights lie in the network's place when it is run. */
export class SetEvaluation {
  readonly #kernels: Kernels;
  readonly #program: Program;
  readonly #state: number;
  readonly #count: number;
  #pieces: Pieces | undefined;

  /**
   * @param count examples of the set, in the order of the source's indices
   * @param pool memory for activations, which several evaluations may share
   */
  constructor(kernels: Kernels, network: PlacedNetwork, source: BatchSource, count: number, pool: BufferPool) {
    this.#kernels = kernels;
    this.#count = count;
    this.#state = kernels.allocate(stateLayout.bytes);
    const pass: Pass = {
      builder: new ProgramBuilder(),
      layout: network.layout,
      storage: network.storage,
      state: this.#state,
      size: batchSize(EVALUATION_BATCH),
      // Nothing is dropped out in evaluation.
      dropoutStream: (place) => stream(0, 'dropout', place),
    };
    pass.builder.add(
      'range',
      { state: this.#state, count, batch: EVALUATION_BATCH },
      { shape: `${EVALUATION_BATCH} of ${count}`, flops: 0, bytes: 0 },
    );
    addEvaluation(pass, source, network.classes, pool);
    this.#program = finishStep(pass, kernels);
  }

  get #batches(): number {
    return Math.ceil(this.#count / EVALUATION_BATCH);
  }

  /** Floating-point operations of one run. */
  get flops(): number {
    return this.#program.flops * this.#batches;
  }

  run(): Evaluation {
    this.#begin();
    this.#program.run(this.#batches);
    return readEvaluation(this.#kernels, this.#state, this.#count);
  }

  /** The same in pieces, between which the event loop has its turns; null when it was called off. */
  async runInTurns(turns: Turns): Promise<Evaluation | null> {
    this.#begin();
    this.#pieces ??= new Pieces(this.#program.flops);
    for (let left = this.#batches; left > 0; ) {
      left -= this.#pieces.do(left, (batches) => this.#program.run(batches));
      await turns.take();
      if (turns.aborted) return null;
    }
    return readEvaluation(this.#kernels, this.#state, this.#count);
  }

  #begin(): void {
    this.#kernels.bytes(this.#state, stateLayout.bytes).fill(0);
  }
}
