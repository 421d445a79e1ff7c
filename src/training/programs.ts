import type { Kernels } from '../kernels/kernels.js';
import type { Program, ProgramBuilder } from '../kernels/program.js';
import type { Activation, Network } from '../networks/network.js';
import { LANE_BYTES, type LayerStorage } from './layer-storage.js';
import type { Optimiser } from './types.js';

/** Examples in a lane block. */
export const LANES = 16;

/** Where a program finds the images, labels and normalisation it reads. */
export interface BatchSource {
  readonly images: number;
  readonly labels: number;
  /** Int32 places in `images`, in the order in which they are read. */
  readonly indices: number;
  readonly scale: number;
  readonly shift: number;
  readonly channels: number;
  readonly pixels: number;
}

/** Activations of one batch size: the input, then the output of every linear layer. */
export interface Activations {
  /** Lane blocks of sixteen examples. */
  readonly blocks: number;
  /** Quarters of a lane block that hold examples. */
  readonly quarters: number;
  readonly values: readonly number[];
}

/** Bytes of a program's state; see `program_state` in kernels/operations.h. */
export const STATE_BYTES = 32;

export function allocateActivations(kernels: Kernels, layers: readonly LayerStorage[], batch: number): Activations {
  const blocks = Math.ceil(batch / LANES);
  const widths = [layers[0].layer.inputs, ...layers.map(({ layer }) => layer.outputs)];
  return {
    blocks,
    quarters: Math.ceil(batch / 4),
    values: widths.map((width) => kernels.allocate(width * blocks * LANE_BYTES)),
  };
}

/** The non-linearity after each linear layer, if any. */
export function activationsAfter(network: Network): (Activation | undefined)[] {
  const after: (Activation | undefined)[] = [];
  for (const layer of network.layers) {
    if (layer.kind === 'linear') after.push(undefined);
    else after[after.length - 1] = layer.activation;
  }
  return after;
}

const describe = ({ layer, kind, kept }: LayerStorage, quarters: number) =>
  `${layer.name} ${layer.outputs} x ${layer.inputs}${kind === 'sparse' ? `, ${kept} weights` : ''}, ${quarters * 4} lanes`;

/** Bytes of weights and indices that a linear kernel reads. */
const weightBytes = ({ count, kind }: LayerStorage) => count * (kind === 'sparse' ? 8 : 4);

export function addGather(
  builder: ProgramBuilder,
  state: number,
  source: BatchSource,
  { blocks, values }: Activations,
) {
  const features = source.channels * source.pixels;
  builder.add(
    'gather',
    {
      state,
      images: source.images,
      indices: source.indices,
      scale: source.scale,
      shift: source.shift,
      y: values[0],
      blocks,
      channels: source.channels,
      pixels: source.pixels,
    },
    {
      shape: `${source.channels} x ${source.pixels}, ${blocks} blocks`,
      flops: 2 * features * blocks * LANES,
      bytes: features * blocks * (LANES + LANE_BYTES),
    },
  );
}

export function addForward(
  builder: ProgramBuilder,
  layers: readonly LayerStorage[],
  after: readonly (Activation | undefined)[],
  { blocks, quarters, values }: Activations,
) {
  layers.forEach((storage, index) => {
    const { inputs, outputs } = storage.layer;
    const common = { x: values[index], bias: storage.bias, y: values[index + 1], quarters, inputs, outputs };
    const note = {
      shape: describe(storage, quarters),
      flops: (2 * storage.count + outputs) * quarters * 4,
      bytes: weightBytes(storage) + (inputs + outputs) * quarters * 16,
    };
    if (storage.sparse) {
      const { rows, column } = storage.sparse;
      builder.add('sparse_forward', { ...common, rows, column, value: storage.weight }, note);
    } else {
      builder.add('linear_forward', { ...common, weight: storage.weight }, note);
    }
    const activation = after[index];
    if (activation) {
      const n = outputs * blocks * LANES;
      builder.add(
        activation,
        { y: values[index + 1], n },
        { shape: `${outputs}, ${blocks} blocks`, flops: n, bytes: 8 * n },
      );
    }
  });
}

export function addLoss(
  builder: ProgramBuilder,
  state: number,
  source: BatchSource,
  classes: number,
  { blocks, values }: Activations,
  dy: number,
) {
  const n = classes * blocks * LANES;
  builder.add(
    'cross_entropy',
    { state, logits: values[values.length - 1], labels: source.labels, indices: source.indices, dy, blocks, classes },
    { shape: `${classes} classes, ${blocks} blocks`, flops: (dy ? 8 : 4) * n, bytes: (dy ? 8 : 4) * n },
  );
}

/** Gradients of every layer's outputs, in buffers as those of the activations. */
export function addBackward(
  builder: ProgramBuilder,
  layers: readonly LayerStorage[],
  after: readonly (Activation | undefined)[],
  { blocks, quarters, values }: Activations,
  gradients: readonly number[],
) {
  for (let index = layers.length - 1; index >= 0; index--) {
    const storage = layers[index];
    const { inputs, outputs } = storage.layer;
    const dy = gradients[index + 1];
    const activation = after[index];
    if (activation) {
      const n = outputs * blocks * LANES;
      builder.add(
        `${activation}_gradient`,
        { y: values[index + 1], dy, n },
        { shape: `${outputs}, ${blocks} blocks`, flops: n, bytes: 12 * n },
      );
    }
    const shared = { dy, quarters, inputs, outputs };
    const note = {
      shape: describe(storage, quarters),
      flops: 2 * storage.count * quarters * 4,
      bytes: weightBytes(storage) + (inputs + outputs) * quarters * 16,
    };
    const { gradient, weight, sparse } = storage;
    if (sparse) {
      builder.add(
        'sparse_weight_gradient',
        { ...shared, x: values[index], rows: sparse.rows, column: sparse.column, gradient },
        note,
      );
    } else {
      builder.add('linear_weight_gradient', { ...shared, x: values[index], gradient }, note);
      if (storage.mask !== undefined) {
        const n = Math.ceil(storage.count / 4) * 4;
        builder.add(
          'mask_gradient',
          { gradient, mask: storage.mask, n },
          { shape: `${storage.layer.name}, ${storage.kept} of ${storage.count}`, flops: 0, bytes: 12 * n },
        );
      }
    }
    builder.add(
      'bias_gradient',
      { dy, gradient: storage.biasGradient, quarters, outputs },
      {
        shape: `${storage.layer.name} ${outputs}, ${quarters * 4} lanes`,
        flops: outputs * quarters * 4,
        bytes: outputs * quarters * 16,
      },
    );
    if (index === 0) continue;
    const dx = gradients[index];
    if (sparse) {
      const { columns, row, place } = sparse;
      builder.add('sparse_input_gradient', { ...shared, columns, row, place, value: weight, dx }, note);
    } else {
      builder.add('linear_input_gradient', { ...shared, weight, dx }, note);
    }
  }
}

/** One update of every weight and bias, with room for the optimiser's state. Its moments start at zero. */
export function addOptimiser(
  kernels: Kernels,
  builder: ProgramBuilder,
  state: number,
  layers: readonly LayerStorage[],
  optimiser: Optimiser,
) {
  for (const { layer, count, weight, gradient, bias, biasGradient } of layers) {
    const tensors = [
      { name: `${layer.name}.weight`, size: count, weight, gradient },
      { name: `${layer.name}.bias`, size: layer.outputs, weight: bias, gradient: biasGradient },
    ];
    for (const tensor of tensors) {
      const n = Math.ceil(tensor.size / 4) * 4;
      const common = {
        weight: tensor.weight,
        gradient: tensor.gradient,
        n,
        lr: optimiser.lr,
        decay: optimiser.weightDecay,
      };
      const shape = `${tensor.name} ${tensor.size}`;
      if (optimiser.name === 'adam') {
        const { beta1, beta2, epsilon } = optimiser;
        const first = kernels.allocate(n * 4);
        const second = kernels.allocate(n * 4);
        builder.add(
          'adam',
          { ...common, state, first, second, beta1, beta2, epsilon },
          { shape, flops: 12 * tensor.size, bytes: 28 * n },
        );
      } else {
        const velocity = optimiser.momentum > 0 ? kernels.allocate(n * 4) : 0;
        builder.add(
          'sgd',
          { ...common, velocity, momentum: optimiser.momentum, nesterov: optimiser.nesterov ? 1 : 0 },
          { shape, flops: (velocity ? 4 : 2) * tensor.size, bytes: (velocity ? 20 : 12) * n },
        );
      }
    }
  }
}

/** A program that ends its step by counting it. */
export function finish(builder: ProgramBuilder, kernels: Kernels, state: number): Program {
  return builder.add('advance', { state }, { shape: '', flops: 0, bytes: 8 }).build(kernels);
}
