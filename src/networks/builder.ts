import type { ConvolutionLayer, ImageShape, Layer, Network } from './network.js';
import { INPUT, sizeOf } from './shapes.js';

/**
 * Puts a network together layer by layer and keeps count of the shape that has been reached, so that sizes need not be
 * written down twice.
 */
export class NetworkBuilder {
  readonly #input: ImageShape;
  readonly #layers: Layer[] = [];
  #shape: ImageShape;
  #last = INPUT;

  constructor(input: ImageShape) {
    this.#input = input;
    this.#shape = input;
  }

  /** Shape of the last layer's output. */
  get shape(): ImageShape {
    return this.#shape;
  }

  /** Name of the last layer that has one. */
  get last(): string {
    return this.#last;
  }

  /** A convolution, of the last layer's output or of the named layer's, whose shape is then given too. */
  convolution(
    name: string,
    outputs: number,
    { kernel = 3, stride = 1, padding = 1, bias = true, ...rest }: ConvolutionSettings = {},
    from?: { readonly name: string; readonly shape: ImageShape },
  ): this {
    const input = from?.shape ?? this.#shape;
    const layer: ConvolutionLayer = {
      kind: 'convolution',
      name,
      inputs: input.channels,
      outputs,
      kernel: [kernel, kernel],
      stride,
      padding,
      bias,
      ...rest,
      ...(from ? { from: [from.name] } : {}),
    };
    const count = (size: number) => Math.floor((size + 2 * padding - kernel) / stride) + 1;
    return this.#add(layer, { channels: outputs, height: count(input.height), width: count(input.width) });
  }

  normalisation(name: string): this {
    return this.#add({ kind: 'batch-normalisation', name, channels: this.#shape.channels }, this.#shape);
  }

  relu(name?: string): this {
    const layer: Layer = { kind: 'activation', activation: 'relu', units: sizeOf(this.#shape) };
    return this.#add(name === undefined ? layer : { ...layer, name }, this.#shape);
  }

  pool(kind: 'max-pool' | 'average-pool', kernel = 2): this {
    const { channels, height, width } = this.#shape;
    const count = (size: number) => Math.floor((size - kernel) / kernel) + 1;
    return this.#add({ kind, kernel, stride: kernel }, { channels, height: count(height), width: count(width) });
  }

  globalAveragePool(): this {
    return this.#add({ kind: 'global-average-pool' }, { channels: this.#shape.channels, height: 1, width: 1 });
  }

  flatten(): this {
    return this.#add({ kind: 'flatten' }, { channels: sizeOf(this.#shape), height: 1, width: 1 });
  }

  linear(name: string, outputs: number): this {
    const inputs = sizeOf(this.#shape);
    return this.#add({ kind: 'linear', name, inputs, outputs }, { channels: outputs, height: 1, width: 1 });
  }

  dropout(rate: number): this {
    return this.#add({ kind: 'dropout', rate }, this.#shape);
  }

  /** The sum of the last layer's output and another's. */
  addition(name: string, other: string): this {
    return this.#add({ kind: 'addition', name, from: [this.#last, other] }, this.#shape);
  }

  build(name: string, classes: number): Network {
    return { name, input: this.#input, classes, layers: this.#layers };
  }

  #add(layer: Layer, shape: ImageShape): this {
    this.#layers.push(layer);
    this.#shape = shape;
    if (layer.name !== undefined) this.#last = layer.name;
    return this;
  }
}

export interface ConvolutionSettings {
  readonly kernel?: number;
  readonly stride?: number;
  readonly padding?: number;
  readonly bias?: boolean;
  readonly downsampling?: true;
}
