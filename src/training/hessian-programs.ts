import type { Kernels } from '../kernels/kernels.js';
import { type Program, ProgramBuilder } from '../kernels/program.js';
import { stream } from '../random/stream.js';
import { BackwardPass } from './backward.js';
import { addGather, type BatchSource } from './batch.js';
import { BufferPool, batchSize, type PlacedMap, placedMap } from './buffers.js';
import { addSum } from './elementwise.js';
import { addNode } from './forward.js';
import type { NetworkLayout } from './layout.js';
import { bytesOf, type MapLayout } from './maps.js';
import { finishStep, type Pass } from './pass.js';
import type { NetworkStorage, WeightStorage } from './storage.js';
import { WeightGradients } from './weight-gradients.js';

/** What an exact product with the Hessian works on, all of it in the arena; the four maps of a slot lie the same way. */
export interface HessianArena {
  readonly kernels: Kernels;
  readonly layout: NetworkLayout;
  /** The weights, and the direction, as large as they. */
  readonly weights: NetworkStorage;
  readonly direction: NetworkStorage;
  /** Values x, R x, the loss's gradient dx, and R dx. */
  readonly values: readonly PlacedMap[];
  readonly tangents: readonly PlacedMap[];
  readonly gradients: readonly PlacedMap[];
  readonly gradientTangents: readonly PlacedMap[];
  /** Byte offset of the programs' state. */
  readonly state: number;
  readonly source: BatchSource;
  /** Examples in all, and of a batch. */
  readonly examples: number;
  readonly batch: number;
}

/** The programs of a layer with weights. */
export interface WeightPrograms {
  /** R y of x, R x and the weights. */
  readonly push: Program;
  /** Adds to dx. */
  readonly pull: Program;
  /** Adds to R dx; leaves the two terms of R dW as the gradients of the weights and of the direction. */
  readonly pullTangent: Program;
}

export interface HessianPrograms {
  /** The next batch, from its images to its logits. */
  readonly forward: Program;
  /** From the gradient of the logits to those of the weights, and where that gradient is written. */
  readonly backward: { readonly program: Program; readonly logits: PlacedMap };
  /** By the place of the layer. */
  readonly layers: ReadonlyMap<number, WeightPrograms>;
}

/** Compiles the programs of an exact product with the Hessian; see `ExactHessian`. */
export function compileHessian(arena: HessianArena): HessianPrograms {
  return { forward: forwardProgram(arena), backward: backwardProgram(arena), layers: weightPrograms(arena) };
}

type OpenPass = Omit<Pass, 'builder'> & { builder: ProgramBuilder };

function passOf({ layout, state, batch }: HessianArena, storage: NetworkStorage): OpenPass {
  return {
    builder: new ProgramBuilder(),
    layout,
    storage,
    state,
    size: batchSize(batch),
    dropoutStream: (place) => stream(0, 'dropout', place),
  };
}

function forwardProgram(arena: HessianArena): Program {
  const { kernels, layout, weights, values, source, state, examples, batch } = arena;
  const pass = passOf(arena, weights);
  pass.builder.add(
    'range',
    { state, count: examples, batch },
    { shape: `${batch} of ${examples}`, flops: 0, bytes: 0 },
  );
  addGather(pass, source, values[0]);
  for (let place = 0; place < layout.nodes.length; place++) addNode(pass, place, values, 'training');
  return finishStep(pass, kernels);
}

function backwardProgram(arena: HessianArena): HessianPrograms['backward'] {
  const { kernels, weights, values } = arena;
  const pass = passOf(arena, weights);
  const backward = new BackwardPass(kernels, pass, values);
  const { logits } = backward;
  backward.add();
  return { program: pass.builder.build(kernels), logits };
}

function weightPrograms(arena: HessianArena): Map<number, WeightPrograms> {
  const { kernels, layout, weights, direction, values, tangents, gradients, gradientTangents } = arena;
  const pool = new BufferPool(kernels);
  const scratch = (map: MapLayout) => placedMap(map, pool.take(bytesOf(map, batchSize(arena.batch).blocks)));
  const free = ({ base }: PlacedMap) => pool.give(base);
  // Gradients begin at zero, and all of them are added to.
  const accumulated = (maps: readonly PlacedMap[]) => ({
    of: (slot: number) => ({ map: maps[slot], written: true }),
    scratch,
    free,
  });
  const [own, other] = [passOf(arena, weights), passOf(arena, direction)];
  const [ownForward, otherForward] = [weights, direction].map((storage) => passOf(arena, withoutBiases(storage)));
  const plain = new WeightGradients(kernels, own, values, accumulated(gradients));
  const moved = new WeightGradients(kernels, own, values, accumulated(gradientTangents));
  const along = new WeightGradients(kernels, other, tangents, accumulated(gradientTangents));
  const build = (add: () => void): Program => {
    const builder = new ProgramBuilder();
    for (const pass of [own, other, ownForward, otherForward]) pass.builder = builder;
    add();
    return builder.build(kernels);
  };
  const programs = new Map<number, WeightPrograms>();
  layout.nodes.forEach(({ layer, name, slot, sourceSlots: [source] }, place) => {
    if (layer.kind !== 'linear' && layer.kind !== 'convolution') return;
    const y = tangents[slot];
    const writing = (maps: readonly PlacedMap[], to: PlacedMap) => maps.map((map, at) => (at === slot ? to : map));
    const push = build(() => {
      addNode(otherForward, place, writing(values, y), 'training');
      // Nothing that moves lies before the first layers.
      if (!layout.needsGradient[source]) return;
      const part = scratch(y.layout);
      addNode(ownForward, place, writing(tangents, part), 'training');
      addSum(ownForward, { a: y, b: part, y });
      free(part);
    });
    const pull = build(() => plain.add(weights.weights.get(name) as WeightStorage, source, gradients[slot]));
    const pullTangent = build(() => {
      moved.add(weights.weights.get(name) as WeightStorage, source, gradientTangents[slot]);
      along.add(direction.weights.get(name) as WeightStorage, source, gradients[slot]);
    });
    programs.set(place, { push, pull, pullTangent });
  });
  return programs;
}

/** Biases do not move. */
function withoutBiases(storage: NetworkStorage): NetworkStorage {
  const weights = [...storage.weights].map(([name, { bias: _none, ...rest }]): [string, WeightStorage] => [name, rest]);
  return { ...storage, weights: new Map(weights) };
}
