/**
 * Networks as plain data. A network is a chain of layers; nothing here knows how a layer is computed or trained.
 *
 * Tensors carry PyTorch's names and layouts, so a file saved here loads there: `fc1.weight` is `[outputs][inputs]`
 * row-major, `fc1.bias` is `[outputs]`.
 */

export const activations = ['relu', 'tanh', 'sigmoid'] as const;
export type Activation = (typeof activations)[number];

/** A fully connected layer: `y = x W^T + b`. */
export interface LinearLayer {
  readonly kind: 'linear';
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
}

/** An elementwise non-linearity over `units` values. */
export interface ActivationLayer {
  readonly kind: 'activation';
  readonly activation: Activation;
  readonly units: number;
}

export type Layer = LinearLayer | ActivationLayer;

export interface ImageShape {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

export interface Network {
  readonly name: string;
  readonly input: ImageShape;
  readonly classes: number;
  readonly layers: readonly Layer[];
}

/** One tensor of a network. Only weights may be pruned; biases never are. */
export interface Parameter {
  /** PyTorch's name, such as `fc1.weight`. */
  readonly name: string;
  /** The layer it belongs to, such as `fc1`. */
  readonly layer: string;
  readonly role: 'weight' | 'bias';
  readonly shape: readonly number[];
  readonly size: number;
  /** Connections into one unit, for initialisers. */
  readonly fanIn: number;
  /** Connections out of one unit, for initialisers. */
  readonly fanOut: number;
  /** True for the layer that yields the logits, which has a pruning rate of its own. */
  readonly output: boolean;
}

/** Named tensors in PyTorch's layout: weights and biases, an optimiser's moments, gradients. */
export type Tensors = ReadonlyMap<string, Float32Array>;

/** For each prunable tensor, one byte a weight: 1 survives, 0 is pruned. */
export type Mask = ReadonlyMap<string, Uint8Array>;

export function inputSize({ input }: Network): number {
  return input.channels * input.height * input.width;
}

/** The network's tensors, in the order of its layers, weight before bias. */
export function parametersOf(network: Network): Parameter[] {
  const linear = network.layers.filter((layer) => layer.kind === 'linear');
  return linear.flatMap((layer, index): Parameter[] => {
    const common = {
      layer: layer.name,
      fanIn: layer.inputs,
      fanOut: layer.outputs,
      output: index === linear.length - 1,
    };
    return [
      {
        ...common,
        name: `${layer.name}.weight`,
        role: 'weight',
        shape: [layer.outputs, layer.inputs],
        size: layer.outputs * layer.inputs,
      },
      { ...common, name: `${layer.name}.bias`, role: 'bias', shape: [layer.outputs], size: layer.outputs },
    ];
  });
}

/** The tensors that pruning may touch: every weight, no bias. */
export function prunableParameters(network: Network): Parameter[] {
  return parametersOf(network).filter(({ role }) => role === 'weight');
}

/** Layers, shapes and weights as a table for people. */
export function describeNetwork(network: Network): { layer: string; shape: string; weights: number; biases: number }[] {
  return network.layers.map((layer) =>
    layer.kind === 'linear'
      ? {
          layer: layer.name,
          shape: `${layer.inputs} -> ${layer.outputs}`,
          weights: layer.inputs * layer.outputs,
          biases: layer.outputs,
        }
      : { layer: layer.activation, shape: `${layer.units}`, weights: 0, biases: 0 },
  );
}
