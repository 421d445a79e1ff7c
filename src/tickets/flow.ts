import type { Network, Tensors } from '../networks/network.js';
import { INPUT, type Node, nodesOf, sizeOf } from '../networks/shapes.js';
import { convolve, convolveBack } from './flow-convolution.js';

/** Values of one node, `[channel][row][column]`: the numbers times 2 to the power of the exponent. */
interface Scaled {
  readonly values: Float64Array;
  readonly exponent: number;
}

/** What flows along each weight, by the weight tensor's name, in one common unit: ratios alone mean anything. */
export type Flow = ReadonlyMap<string, Float64Array>;

/**
 * The flow of a signal of ones through a network of absolute weights, and its gradient: dR / d|w| for
 * R = 1^T (prod |W|) 1, the sum of all outputs (Tanaka et al. 2020, equation 2). Biases and shifts are omitted, batch
 * normalisation is the factor |scale| / sqrt(running variance + 1e-5), every activation lets the signal pass, and a max-pool
 * passes it from the first of its largest.
 *
 * With the bits of a mask for weights, R is the number of paths from inputs to outputs.
 *
 * `flops` counts a multiplication and an addition of every surviving weight at every place: forward, to its input and to itself.
 *
 * Double precision; each layer's values have an exponent of their own, so that no depth overflows or sinks.
 *
 * @param weights in PyTorch's layout, pruned places zero
 */
export function flowOf(
  network: Network,
  weights: Tensors,
): { readonly flow: Flow; readonly total: Scaled; readonly flops: number } {
  const nodes = nodesOf(network);
  const outputs = new Map<string, Scaled>([
    [INPUT, { values: new Float64Array(sizeOf(network.input)).fill(1), exponent: 0 }],
  ]);
  for (const node of nodes) outputs.set(node.name, forward(node, outputs, weights));
  const last = outputs.get(nodes[nodes.length - 1].name) as Scaled;
  const gradients = new Map<string, Scaled>([
    [nodes[nodes.length - 1].name, { values: new Float64Array(last.values.length).fill(1), exponent: 0 }],
  ]);
  const found = new Map<string, Scaled>();
  for (const node of [...nodes].reverse()) {
    const dy = gradients.get(node.name);
    if (dy === undefined) continue;
    gradients.delete(node.name);
    for (const [source, dx] of backward(node, dy, outputs, weights, found)) {
      const before = gradients.get(source);
      gradients.set(source, before === undefined ? dx : sum([before, dx]));
    }
  }
  const top = Math.max(...[...found.values()].map(({ exponent }) => exponent));
  const flow = new Map(
    [...found].map(([name, { values, exponent }]): [string, Float64Array] => {
      const unit = powerOfTwo(exponent - top);
      for (let i = 0; i < values.length; i++) values[i] *= unit;
      return [name, values];
    }),
  );
  const total = last.values.reduce((all, value) => all + value, 0);
  return { flow, total: { values: Float64Array.of(total), exponent: last.exponent }, flops: flopsOf(nodes, weights) };
}

function flopsOf(nodes: readonly Node[], weights: Tensors): number {
  return nodes.reduce((sum, { layer, name, outputShape: { height, width } }) => {
    if (layer.kind !== 'linear' && layer.kind !== 'convolution') return sum;
    let kept = 0;
    for (const value of of(weights, `${name}.weight`)) if (value !== 0) kept++;
    return sum + 6 * kept * height * width;
  }, 0);
}

/** The same numbers with the largest between 1 and 2; zeroes stay as they are. */
function normalised({ values, exponent }: Scaled): Scaled {
  let largest = 0;
  for (const value of values) if (value > largest) largest = value;
  if (largest === 0) return { values, exponent };
  let shift = 0;
  let unit = 1;
  while (largest * unit >= 2) {
    unit /= 2;
    shift++;
  }
  while (largest * unit < 1) {
    unit *= 2;
    shift--;
  }
  if (shift === 0) return { values, exponent };
  return { values: values.map((value) => value * unit), exponent: exponent + shift };
}

/** 2 to a whole power of at most 0, exactly: `**` promises no bits. */
function powerOfTwo(exponent: number): number {
  let value = 1;
  for (let i = 0; i > exponent && value > 0; i--) value /= 2;
  return value;
}

function sum(terms: readonly Scaled[]): Scaled {
  const exponent = Math.max(...terms.map((term) => term.exponent));
  const values = new Float64Array(terms[0].values.length);
  for (const term of terms) {
    const unit = powerOfTwo(term.exponent - exponent);
    for (let i = 0; i < values.length; i++) values[i] += term.values[i] * unit;
  }
  return normalised({ values, exponent });
}

const of = (tensors: Tensors, name: string): Float32Array => {
  const values = tensors.get(name);
  if (values === undefined) throw new RangeError(`the flow needs ${name}, which is missing.`);
  return values;
};

/** Factor of each channel of a batch normalisation. */
function factorsOf(name: string, weights: Tensors): Float64Array {
  const variance = of(weights, `${name}.running_var`);
  return Float64Array.from(
    of(weights, `${name}.weight`),
    (scale, c) => Math.abs(scale) / Math.sqrt(variance[c] + 1e-5),
  );
}

/** Calls `visit` for each window of a pool with the place it gives and those it takes. */
function eachWindow({ layer, inputShape, outputShape }: Node, visit: (y: number, places: number[]) => void): void {
  if (layer.kind !== 'max-pool' && layer.kind !== 'average-pool') return;
  const { kernel, stride } = layer;
  const { channels, height, width } = inputShape;
  let y = 0;
  for (let c = 0; c < channels; c++) {
    for (let i = 0; i < outputShape.height; i++) {
      for (let j = 0; j < outputShape.width; j++, y++) {
        const places: number[] = [];
        for (let k = 0; k < kernel * kernel; k++) {
          places.push((c * height + i * stride + Math.floor(k / kernel)) * width + j * stride + (k % kernel));
        }
        visit(y, places);
      }
    }
  }
}

const largestOf = (places: readonly number[], values: Float64Array): number =>
  places.reduce((best, place) => (values[place] > values[best] ? place : best));

function forward(node: Node, outputs: ReadonlyMap<string, Scaled>, weights: Tensors): Scaled {
  const { layer, name, sources, inputShape, outputShape } = node;
  const given = sources.map((source) => outputs.get(source) as Scaled);
  const [x] = given;
  const values = new Float64Array(sizeOf(outputShape));
  switch (layer.kind) {
    case 'linear': {
      const weight = of(weights, `${name}.weight`);
      for (let w = 0; w < weight.length; w++) {
        if (weight[w] !== 0) values[Math.floor(w / layer.inputs)] += Math.abs(weight[w]) * x.values[w % layer.inputs];
      }
      break;
    }
    case 'convolution':
      return normalised({ values: convolve(node, of(weights, `${name}.weight`), x.values), exponent: x.exponent });
    case 'batch-normalisation': {
      const factors = factorsOf(name, weights);
      const area = inputShape.height * inputShape.width;
      for (let i = 0; i < values.length; i++) values[i] = x.values[i] * factors[Math.floor(i / area)];
      break;
    }
    case 'max-pool':
      eachWindow(node, (y, places) => {
        values[y] = x.values[largestOf(places, x.values)];
      });
      break;
    case 'average-pool':
      eachWindow(node, (y, places) => {
        for (const place of places) values[y] += x.values[place] / places.length;
      });
      break;
    case 'global-average-pool': {
      const area = inputShape.height * inputShape.width;
      for (let i = 0; i < x.values.length; i++) values[Math.floor(i / area)] += x.values[i] / area;
      break;
    }
    case 'addition':
      return sum(given);
    case 'activation':
    case 'dropout':
    case 'flatten':
      return x;
  }
  return normalised({ values, exponent: x.exponent });
}

/** Gradients to a node's sources; those to its weights go into `found`. */
function backward(
  node: Node,
  dy: Scaled,
  outputs: ReadonlyMap<string, Scaled>,
  weights: Tensors,
  found: Map<string, Scaled>,
): [string, Scaled][] {
  const { layer, name, sources, inputShape } = node;
  const [source] = sources;
  const x = outputs.get(source) as Scaled;
  const values = new Float64Array(x.values.length);
  const wanted = source !== INPUT;
  switch (layer.kind) {
    case 'linear': {
      const weight = of(weights, `${name}.weight`);
      const gradient = new Float64Array(weight.length);
      for (let w = 0; w < weight.length; w++) {
        if (weight[w] === 0) continue;
        const given = dy.values[Math.floor(w / layer.inputs)];
        gradient[w] = given * x.values[w % layer.inputs];
        values[w % layer.inputs] += Math.abs(weight[w]) * given;
      }
      found.set(`${name}.weight`, { values: gradient, exponent: x.exponent + dy.exponent });
      break;
    }
    case 'convolution': {
      const { gradient, dx } = convolveBack(node, of(weights, `${name}.weight`), x.values, dy.values);
      found.set(`${name}.weight`, { values: gradient, exponent: x.exponent + dy.exponent });
      values.set(dx);
      break;
    }
    case 'batch-normalisation': {
      const factors = factorsOf(name, weights);
      const area = inputShape.height * inputShape.width;
      for (let i = 0; i < values.length; i++) values[i] = dy.values[i] * factors[Math.floor(i / area)];
      break;
    }
    case 'max-pool':
      eachWindow(node, (y, places) => {
        values[largestOf(places, x.values)] += dy.values[y];
      });
      break;
    case 'average-pool':
      eachWindow(node, (y, places) => {
        for (const place of places) values[place] += dy.values[y] / places.length;
      });
      break;
    case 'global-average-pool': {
      const area = inputShape.height * inputShape.width;
      for (let i = 0; i < values.length; i++) values[i] = dy.values[Math.floor(i / area)] / area;
      break;
    }
    case 'addition':
    case 'activation':
    case 'dropout':
    case 'flatten':
      return sources.filter((name) => name !== INPUT).map((name) => [name, dy]);
  }
  return wanted ? [[source, normalised({ values, exponent: dy.exponent })]] : [];
}
