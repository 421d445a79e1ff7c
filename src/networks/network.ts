/**
 * Networks as plain data. A network is a list of layers, each fed by the one before it or by those it names; nothing here
 * knows how a layer is computed or trained.
 *
 * Tensors carry PyTorch's names and layouts, so a file saved here loads there: `fc1.weight` is `[outputs][inputs]`
 * row-major, `conv1.weight` `[outputs][inputs][rows][columns]`, a bias `[outputs]`; batch normalisation has `bn1.weight`
 * (its scale), `bn1.bias` (its shift), `bn1.running_mean` and `bn1.running_var`, each `[channels]`.
 */

export const activations = ['relu', 'tanh', 'sigmoid'] as const;
export type Activation = (typeof activations)[number];

/** What every layer may say of itself: its name, and the layers whose outputs it takes. */
export interface Wiring {
  /**
   * Layers whose outputs this one takes, `input` being the images; default: the layer before it. An addition takes
   * two or more of one shape, everything else takes one.
   */
  readonly from?: readonly string[];
}

/** A fully connected layer: `y = x W^T + b`. It takes a feature map as the vector `[channel][row][column]`. */
export interface LinearLayer extends Wiring {
  readonly kind: 'linear';
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
}

/** A convolution, in the sense of cross-correlation, with zero padding on all sides; dilation 1, one group. */
export interface ConvolutionLayer extends Wiring {
  readonly kind: 'convolution';
  readonly name: string;
  /** Channels taken and given. */
  readonly inputs: number;
  readonly outputs: number;
  /** Rows and columns of the kernel. */
  readonly kernel: readonly [number, number];
  readonly stride: number;
  readonly padding: number;
  /** Whether a bias is added; a batch normalisation after it makes one superfluous. */
  readonly bias: boolean;
  /** Set for the convolution on a residual block's shortcut, which may have a pruning rate of its own. */
  readonly downsampling?: boolean;
}

/** Batch normalisation over each channel (Ioffe and Szegedy 2015), epsilon 1e-5, momentum 0.1 as in PyTorch. */
export interface BatchNormalisationLayer extends Wiring {
  readonly kind: 'batch-normalisation';
  readonly name: string;
  readonly channels: number;
}

/** An elementwise non-linearity over `units` values. */
export interface ActivationLayer extends Wiring {
  readonly kind: 'activation';
  readonly name?: string;
  readonly activation: Activation;
  readonly units: number;
}

/** The largest or the mean of each `kernel` x `kernel` window, without padding; windows that do not fit are skipped. */
export interface PoolLayer extends Wiring {
  readonly kind: 'max-pool' | 'average-pool';
  readonly name?: string;
  readonly kernel: number;
  readonly stride: number;
}

/** The mean of each channel: a feature map becomes a vector of its channels. */
export interface GlobalAveragePoolLayer extends Wiring {
  readonly kind: 'global-average-pool';
  readonly name?: string;
}

/** Zeroes each value with probability `rate` while training and scales the others by 1 / (1 - rate). */
export interface DropoutLayer extends Wiring {
  readonly kind: 'dropout';
  readonly name?: string;
  readonly rate: number;
}

/** The sum of the outputs of two or more layers. */
export interface AdditionLayer extends Wiring {
  readonly kind: 'addition';
  readonly name?: string;
}

/** A feature map as a vector `[channel][row][column]`. Nothing is computed. */
export interface FlattenLayer extends Wiring {
  readonly kind: 'flatten';
  readonly name?: string;
}

export type Layer =
  | LinearLayer
  | ConvolutionLayer
  | BatchNormalisationLayer
  | ActivationLayer
  | PoolLayer
  | GlobalAveragePoolLayer
  | DropoutLayer
  | AdditionLayer
  | FlattenLayer;

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

/** One tensor of a network. Only weights may be pruned; biases, scales and shifts never are. */
export interface Parameter {
  /** PyTorch's name, such as `fc1.weight`. */
  readonly name: string;
  /** The layer it belongs to, such as `fc1`. */
  readonly layer: string;
  readonly kind: 'linear' | 'convolution' | 'batch-normalisation';
  /** `scale` and `shift` are trained by batch normalisation; `mean` and `variance` are its running statistics. */
  readonly role: 'weight' | 'bias' | 'scale' | 'shift' | 'mean' | 'variance';
  readonly shape: readonly number[];
  readonly size: number;
  /** Connections into one unit, for initialisers. */
  readonly fanIn: number;
  /** Connections out of one unit, for initialisers. */
  readonly fanOut: number;
  /** True for the layer that yields the logits, which has a pruning rate of its own. */
  readonly output: boolean;
  /** True for the convolution on a residual block's shortcut. */
  readonly downsampling: boolean;
}

/** Named tensors in PyTorch's layout: weights and biases, an optimiser's moments, gradients. */
export type Tensors = ReadonlyMap<string, Float32Array>;

/** Numbers by tensor's name, in double precision: means over examples are taken in it. */
export type Doubles = ReadonlyMap<string, Float64Array>;

/** For each prunable tensor, one byte per weight: 1 survives, 0 is pruned. */
export type Mask = ReadonlyMap<string, Uint8Array>;

export function inputSize({ input }: Network): number {
  return input.channels * input.height * input.width;
}

/**
 * The network's tensors, in the order of its layers: weight before bias; scale, shift, running mean, running variance.
 * The running statistics are state that training updates without gradients.
 */
export function parametersOf(network: Network): Parameter[] {
  const last = network.layers.findLast((layer) => layer.kind === 'linear' || layer.kind === 'convolution');
  return network.layers.flatMap((layer): Parameter[] => {
    if (layer.kind === 'batch-normalisation') {
      const { name, channels, kind } = layer;
      const common = { layer: name, kind, shape: [channels], size: channels, fanIn: 1, fanOut: 1 };
      const tensor = (suffix: string, role: Parameter['role']): Parameter => ({
        ...common,
        name: `${name}.${suffix}`,
        role,
        output: false,
        downsampling: false,
      });
      return [
        tensor('weight', 'scale'),
        tensor('bias', 'shift'),
        tensor('running_mean', 'mean'),
        tensor('running_var', 'variance'),
      ];
    }
    if (layer.kind !== 'linear' && layer.kind !== 'convolution') return [];
    const { name, kind, inputs, outputs } = layer;
    const window = layer.kind === 'convolution' ? layer.kernel : [];
    const area = window.reduce((product, size) => product * size, 1);
    const common = {
      layer: name,
      kind,
      fanIn: inputs * area,
      fanOut: outputs * area,
      output: layer === last,
      downsampling: layer.kind === 'convolution' && layer.downsampling === true,
    };
    const weight: Parameter = {
      ...common,
      name: `${name}.weight`,
      role: 'weight',
      shape: [outputs, inputs, ...window],
      size: outputs * inputs * area,
    };
    const bias: Parameter = { ...common, name: `${name}.bias`, role: 'bias', shape: [outputs], size: outputs };
    return layer.kind === 'convolution' && !layer.bias ? [weight] : [weight, bias];
  });
}

/** The tensors that pruning may touch: every weight, no bias, nothing of batch normalisation. */
export function prunableParameters(network: Network): Parameter[] {
  return parametersOf(network).filter(({ role }) => role === 'weight');
}

/** The dense network's mask: everything survives. */
export function fullMask(network: Network): Map<string, Uint8Array> {
  return new Map(prunableParameters(network).map(({ name, size }) => [name, new Uint8Array(size).fill(1)]));
}
