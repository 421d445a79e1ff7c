import { InputError } from './errors.js';
import { type ImageShape, type Layer, type Network, parametersOf } from './network.js';

/** Name of the images as a source of layers. */
export const INPUT = 'input';

/** A layer in its place: what it is called, what it takes and what it gives. */
export interface Node {
  readonly layer: Layer;
  /** The layer's own name, or its kind and place where it has none: `max-pool-3`. */
  readonly name: string;
  /** Names of the nodes whose outputs it takes. */
  readonly sources: readonly string[];
  readonly inputShape: ImageShape;
  readonly outputShape: ImageShape;
}

const vector = (units: number): ImageShape => ({ channels: units, height: 1, width: 1 });
export const sizeOf = ({ channels, height, width }: ImageShape): number => channels * height * width;
/** A map's shape, in which even one pixel is a map. */
const mapText = ({ channels, height, width }: ImageShape): string => `${channels} x ${height} x ${width}`;
const shapeText = ({ channels, height, width }: ImageShape): string =>
  height === 1 && width === 1 ? `${channels}` : `${channels} x ${height} x ${width}`;

/**
 * Layers with their sources and shapes, in order, whatever the last of them gives.
 *
 * @throws InputError when a source is unknown, comes later or has another shape than the layer takes; when a window does
 *   not fit; when a name is used twice
 */
export function wireLayers(network: Pick<Network, 'name' | 'input' | 'layers'>): Node[] {
  const shapes = new Map<string, ImageShape>([[INPUT, network.input]]);
  let before = INPUT;
  return network.layers.map((layer, place): Node => {
    const name = layer.name ?? `${layer.kind === 'activation' ? layer.activation : layer.kind}-${place + 1}`;
    const fail = (text: string): never => {
      throw new InputError(`network ${network.name}, layer ${name}: ${text}`);
    };
    if (shapes.has(name)) fail('the name is used twice; every layer needs a name of its own.');
    const sources = layer.from ?? [before];
    const given = sources.map(
      (source) =>
        shapes.get(source) ??
        fail(`takes ${source}, which is not a layer before it; expected one of ${[...shapes.keys()].join(', ')}.`),
    );
    if (layer.kind === 'addition' ? sources.length < 2 : sources.length !== 1) {
      fail(`takes ${sources.length} sources; expected ${layer.kind === 'addition' ? 'two or more' : 'one'}.`);
    }
    const inputShape = given[0];
    const outputShape = outputOf(layer, given, network.input, fail);
    shapes.set(name, outputShape);
    before = name;
    return { layer, name, sources, inputShape, outputShape };
  });
}

/**
 * The network's layers with their sources and shapes, in order.
 *
 * @throws InputError as `wireLayers`, when the last layer does not give one value per class, and when nothing reads another
 */
export function nodesOf(network: Network): Node[] {
  const nodes = wireLayers(network);
  const last = nodes.at(-1);
  const read = new Set(nodes.flatMap(({ sources }) => sources));
  const idle = nodes.filter((node) => node !== last && !read.has(node.name));
  if (idle.length > 0) {
    throw new InputError(
      `network ${network.name}, layer ${idle[0].name}: no layer takes what it gives, so that it would be computed for nothing; name it in the from of another, or remove it.`,
    );
  }
  if (last === undefined || sizeOf(last.outputShape) !== network.classes) {
    throw new InputError(
      `network ${network.name}${last === undefined ? '' : `, layer ${last.name}, the last of them,`} gives ${last === undefined ? 'nothing' : shapeText(last.outputShape)}; expected ${network.classes} values, one per class.`,
    );
  }
  return nodes;
}

function outputOf(
  layer: Layer,
  given: readonly ImageShape[],
  images: ImageShape,
  fail: (text: string) => never,
): ImageShape {
  const [input] = given;
  const windows = (kernel: number, size: number, stride: number, padding: number) => {
    const count = Math.floor((size + 2 * padding - kernel) / stride) + 1;
    if (count < 1) {
      fail(
        `a window of ${kernel} does not fit a map of ${mapText(input)} with padding ${padding}; images of ${mapText(images)} are too small for so deep a network.`,
      );
    }
    return count;
  };
  switch (layer.kind) {
    case 'linear':
      if (sizeOf(input) !== layer.inputs) fail(`takes ${layer.inputs} inputs and is given ${shapeText(input)}.`);
      return vector(layer.outputs);
    case 'convolution': {
      if (input.channels !== layer.inputs) fail(`takes ${layer.inputs} channels and is given ${shapeText(input)}.`);
      const [rows, columns] = layer.kernel;
      return {
        channels: layer.outputs,
        height: windows(rows, input.height, layer.stride, layer.padding),
        width: windows(columns, input.width, layer.stride, layer.padding),
      };
    }
    case 'batch-normalisation':
      if (input.channels !== layer.channels) fail(`takes ${layer.channels} channels and is given ${shapeText(input)}.`);
      return input;
    case 'activation':
      if (sizeOf(input) !== layer.units) fail(`takes ${layer.units} values and is given ${shapeText(input)}.`);
      return input;
    case 'max-pool':
    case 'average-pool':
      return {
        channels: input.channels,
        height: windows(layer.kernel, input.height, layer.stride, 0),
        width: windows(layer.kernel, input.width, layer.stride, 0),
      };
    case 'global-average-pool':
      return vector(input.channels);
    case 'dropout':
      if (!(layer.rate >= 0 && layer.rate < 1)) fail(`rate is ${layer.rate}; expected 0 or more and less than 1.`);
      return input;
    case 'addition':
      for (const other of given) {
        if (shapeText(other) !== shapeText(input))
          fail(`adds ${given.map(shapeText).join(' and ')}; shapes must agree.`);
      }
      return input;
    case 'flatten':
      return vector(sizeOf(input));
  }
}

/** Weights, shapes and multiply-add work of every layer, for display. */
export interface LayerDescription {
  readonly layer: string;
  readonly shape: string;
  /** Prunable weights. */
  readonly weights: number;
  /** Biases, scales and shifts. */
  readonly biases: number;
  /** Floating-point operations of one example forward, a multiplication and an addition being two. */
  readonly flops: number;
}

/** Layers, shapes, weights and FLOPs as a table for people. */
export function describeNetwork(network: Network): LayerDescription[] {
  const parameters = parametersOf(network);
  return nodesOf(network).map(({ layer, name, inputShape, outputShape }) => {
    const own = parameters.filter((parameter) => parameter.layer === name);
    const count = (...roles: string[]) =>
      own.filter(({ role }) => roles.includes(role)).reduce((sum, { size }) => sum + size, 0);
    const weights = count('weight');
    const given = sizeOf(outputShape);
    let flops = given;
    if (layer.kind === 'linear') flops = 2 * weights + given;
    else if (layer.kind === 'convolution') flops = (2 * weights * given) / layer.outputs + (layer.bias ? given : 0);
    else if (layer.kind === 'max-pool' || layer.kind === 'average-pool') flops = given * layer.kernel * layer.kernel;
    else if (layer.kind === 'global-average-pool') flops = sizeOf(inputShape);
    else if (layer.kind === 'batch-normalisation') flops = 2 * given;
    else if (layer.kind === 'flatten') flops = 0;
    let shape = `${shapeText(inputShape)} -> ${shapeText(outputShape)}`;
    if (layer.kind === 'activation') shape = shapeText(outputShape);
    else if (layer.kind === 'linear') shape = `${layer.inputs} -> ${layer.outputs}`;
    return {
      layer: layer.kind === 'activation' && !layer.name ? layer.activation : name,
      shape,
      weights,
      biases: count('bias', 'scale', 'shift'),
      flops,
    };
  });
}
