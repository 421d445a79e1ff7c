import type { Kernels } from '../kernels/kernels.js';
import type { Program } from '../kernels/program.js';
import { stateLayout } from '../kernels/state.js';
import { type Doubles, prunableParameters, type Tensors } from '../networks/network.js';
import { allocateSlots, batchSize, type PlacedMap } from './buffers.js';
import { type ProbePlan, withoutDropout } from './example-passes.js';
import { compileHessian, type HessianArena, type HessianPrograms, type WeightPrograms } from './hessian-programs.js';
import { layOut, type PlacedNode } from './layout.js';
import { logitGradients } from './logit-gradients.js';
import { pullNormalisation, pushNormalisation } from './normalisation-tangents.js';
import { floatsOf, valuesOf } from './notes.js';
import { placeTensors } from './packing.js';
import { placeNormalisation, residentDataset } from './resident.js';
import { type NetworkStorage, storeNetwork, type WeightStorage } from './storage.js';
import {
  pullActivation,
  pullPooling,
  pullSum,
  pushActivation,
  pushPooling,
  pushSum,
  type TangentMaps,
} from './tangents.js';

/** What the Hessian is of: the mean loss over the plan's examples, of logits divided by a temperature. */
export interface HessianPlan extends Omit<ProbePlan, 'mask'> {
  /** Default: 1. */
  readonly temperature?: number;
}

/** Floating-point operations of a layer without weights, a value: forward, backward, and the tangents of both. */
const OPERATIONS = { forward: 4, backward: 8 } as const;

/**
 * The gradient of the loss with respect to the weights, and the product of its Hessian with a direction, exactly: forward over
 * reverse (Pearlmutter 1994), R{g} where R is the derivative along the direction. Biases and batch normalisation stay
 * fixed; batch normalisation uses each batch's own statistics, which move with the weights; dropout does nothing.
 *
 * The products with weights are the kernels', in single precision: of y = W x they need R y = W R x + V x, and in the other
 * direction R dx = W' R dy + V' dy and R dW = R dy x' + dy R x', V being the direction. All else is computed in double precision
 * (`tangents.ts`).
 *
 * It takes over the arena of its kernels, as a trainer does.
 */
export class ExactHessian {
  readonly #kernels: Kernels;
  readonly #plan: HessianPlan;
  readonly #arena: HessianArena;
  readonly #programs: HessianPrograms;
  #flops = 0;
  #examples = 0;

  /** @throws RangeError when shapes do not agree, or memory does not suffice */
  constructor(kernels: Kernels, plan: HessianPlan) {
    const { dataset, normalisation, examples, batch } = plan;
    this.#kernels = kernels;
    this.#plan = plan;
    const network = withoutDropout(plan.network);
    const resident = residentDataset(kernels, dataset);
    const layout = layOut(network);
    const storage = () => storeNetwork(kernels, network, layout, undefined, 'dense');
    const slots = () => allocateSlots(kernels, layout, batchSize(batch));
    this.#arena = {
      kernels,
      layout,
      weights: storage(),
      direction: storage(),
      values: slots(),
      tangents: slots(),
      gradients: slots(),
      gradientTangents: slots(),
      state: kernels.allocate(stateLayout.bytes),
      source: {
        images: resident.trainImages,
        labels: resident.trainLabels,
        indices: kernels.place(examples),
        ...placeNormalisation(kernels, normalisation, dataset),
      },
      examples: examples.length,
      batch,
    };
    this.#programs = compileHessian(this.#arena);
  }

  /** Floating-point operations so far. */
  get flops(): number {
    return this.#flops;
  }

  /** Examples sent through so far, forward and backward, each time counted. */
  get examples(): number {
    return this.#examples;
  }

  /** The gradient of the loss, of every weight tensor. */
  gradients(weights: Tensors): Doubles {
    const { program, logits } = this.#programs.backward;
    const { weights: storage } = this.#arena;
    return this.#through(weights, (maps, labels, sums) => {
      const gradient = this.#view(logits);
      const last = maps[this.#last];
      this.#addLoss({ ...last, gradient }, labels);
      this.#run(program);
      for (const [name, sum] of sums) this.#collect(storage, name, sum);
    });
  }

  /**
   * H v; NaN everywhere where a number of v is not finite, as of a network that diverged.
   *
   * @param direction v: one number per weight, of every weight tensor, of any length
   */
  product(weights: Tensors, direction: Doubles): Doubles {
    const largest = Math.max(
      ...[...direction.values()].map((values) => values.reduce((m, v) => Math.max(m, Math.abs(v)), 0)),
    );
    if (!Number.isFinite(largest)) {
      return new Map([...direction].map(([name, values]) => [name, values.map(() => Number.NaN)]));
    }
    // A power of two changes no digit, and keeps tangents in the range of single precision.
    let unit = 1;
    while (largest * unit < 0.5 && unit < 2 ** 1000) unit *= 2;
    while (largest * unit >= 1 && unit > 2 ** -1000) unit /= 2;
    const scaled = new Map(
      [...direction].map(([name, values]): [string, Float32Array] => [
        name,
        Float32Array.from(values, (v) => v * unit),
      ]),
    );
    const { direction: storage, weights: own } = this.#arena;
    const still = storage.tensors.map(({ parameter: { name, size } }) => [name, new Float32Array(size)] as const);
    placeTensors(this.#kernels, storage.tensors, new Map([...still, ...scaled]));
    const product = this.#through(weights, (maps, labels, sums) => {
      this.#push(maps, labels.length);
      this.#addLoss(maps[this.#last], labels);
      this.#pull(maps, labels.length);
      for (const [name, sum] of sums) for (const of of [own, storage]) this.#collect(of, name, sum);
    });
    for (const values of product.values()) for (let i = 0; i < values.length; i++) values[i] /= unit;
    return product;
  }

  /** Sends every batch forward and sums what `each` adds for it; tangents and gradients are zero before. */
  #through(
    weights: Tensors,
    each: (maps: readonly TangentMaps[], labels: readonly number[], sums: ReadonlyMap<string, Float64Array>) => void,
  ): Map<string, Float64Array> {
    const { examples, batch, network, dataset } = this.#plan;
    placeTensors(this.#kernels, this.#arena.weights.tensors, weights);
    this.#kernels.bytes(this.#arena.state, stateLayout.bytes).fill(0);
    const sums = new Map(prunableParameters(network).map(({ name, size }) => [name, new Float64Array(size)]));
    const maps = this.#maps();
    for (let from = 0; from < examples.length; from += batch) {
      const own = examples.subarray(from, from + batch);
      for (const { tangent, gradient, gradientTangent } of maps) {
        for (const view of [tangent, gradient, gradientTangent]) view.fill(0);
      }
      this.#run(this.#programs.forward);
      each(
        maps,
        Array.from(own, (example) => dataset.train.labels[example]),
        sums,
      );
      this.#examples += own.length;
    }
    return sums;
  }

  /** The slot of the logits. */
  get #last(): number {
    const { nodes } = this.#arena.layout;
    return nodes[nodes.length - 1].slot;
  }

  #addLoss(logits: TangentMaps, labels: readonly number[]): void {
    const { network, examples, temperature = 1, labelSmoothing = 0 } = this.#plan;
    const { classes } = network;
    logitGradients(logits, { labels, classes, temperature, smoothing: labelSmoothing, count: examples.length });
  }

  /** Adds the gradient of a weight tensor that a storage holds. */
  #collect(storage: NetworkStorage, name: string, sum: Float64Array): void {
    const { weight } = storage.weights.get(name.replace(/\.weight$/, '')) as WeightStorage;
    const values = this.#kernels.floats(weight.gradient, weight.count);
    for (let i = 0; i < sum.length; i++) sum[i] += values[i];
  }

  /** The tangents of all values, in the order of the layers. */
  #push(maps: readonly TangentMaps[], live: number): void {
    const { blocks } = batchSize(this.#plan.batch);
    this.#arena.layout.nodes.forEach((node, place) => {
      const { layer, name, sourceSlots, slot } = node;
      const [x, y] = this.#seen(node, maps);
      this.#count(node, OPERATIONS.forward);
      switch (layer.kind) {
        case 'linear':
        case 'convolution':
          this.#run((this.#programs.layers.get(place) as WeightPrograms).push);
          break;
        case 'batch-normalisation':
          pushNormalisation(x, y, this.#scaleOf(name), live);
          break;
        case 'activation':
          pushActivation(layer.activation, x, y, blocks);
          break;
        case 'addition':
          for (const source of sourceSlots) pushSum(maps[source], maps[slot], blocks);
          break;
        case 'dropout':
        case 'flatten':
          if (!node.inPlace) pushSum(x, y, blocks);
          break;
        default:
          pushPooling(node, x, y, blocks);
      }
    });
  }

  /** The gradients of all values and their tangents, last layer first. */
  #pull(maps: readonly TangentMaps[], live: number): void {
    const { blocks } = batchSize(this.#plan.batch);
    const { nodes } = this.#arena.layout;
    for (let place = nodes.length - 1; place >= 0; place--) {
      const node = nodes[place];
      const { layer, name, sourceSlots, slot } = node;
      const [x, y] = this.#seen(node, maps);
      this.#count(node, OPERATIONS.backward);
      switch (layer.kind) {
        case 'linear':
        case 'convolution': {
          const { pull, pullTangent } = this.#programs.layers.get(place) as WeightPrograms;
          this.#run(pull);
          this.#run(pullTangent);
          break;
        }
        case 'batch-normalisation':
          pullNormalisation(x, y, this.#scaleOf(name), live);
          break;
        case 'activation':
          pullActivation(layer.activation, x, y, blocks, node.inPlace);
          break;
        case 'addition':
          for (const source of sourceSlots) pullSum(maps[source], maps[slot], blocks);
          break;
        case 'dropout':
        case 'flatten':
          if (!node.inPlace) pullSum(x, y, blocks);
          break;
        default:
          pullPooling(node, x, y, blocks);
      }
    }
  }

  /** What a node without weights reads and writes, in the shape in which it reads it. */
  #seen({ layer, inputShape, sourceSlots: [source], slot }: PlacedNode, maps: readonly TangentMaps[]) {
    const y = maps[slot];
    if (layer.kind !== 'flatten') return [maps[source], y] as const;
    return [maps[source], { ...y, layout: { shape: inputShape, border: 0 } }] as const;
  }

  #scaleOf(name: string): Float32Array {
    const tensor = this.#arena.weights.normalisations.get(name)?.scale;
    return tensor === undefined ? new Float32Array() : this.#kernels.floats(tensor.value, tensor.count);
  }

  #count({ layer, outputShape }: PlacedNode, operations: number): void {
    if (layer.kind === 'linear' || layer.kind === 'convolution' || layer.kind === 'flatten') return;
    this.#flops += operations * valuesOf({ shape: outputShape, border: 0 }, batchSize(this.#plan.batch));
  }

  #run(program: Program): void {
    program.run();
    this.#flops += program.flops;
  }

  #view({ base, layout }: PlacedMap): Float32Array {
    return this.#kernels.floats(base, floatsOf(layout, batchSize(this.#plan.batch)));
  }

  /** Views of every slot's maps, good until the next allocation. */
  #maps(): TangentMaps[] {
    const { values, tangents, gradients, gradientTangents } = this.#arena;
    return values.map((value, slot) => ({
      layout: value.layout,
      value: this.#view(value),
      tangent: this.#view(tangents[slot]),
      gradient: this.#view(gradients[slot]),
      gradientTangent: this.#view(gradientTangents[slot]),
    }));
  }
}
