import { type Node, sizeOf } from '../networks/shapes.js';

/**
 * Where one place of a convolution's kernel reads in a channel's map, and which places of the output that is for. They are
 * taken two at a time; an odd one is joined by the place behind each map, which holds zeros.
 */
interface Reach {
  readonly from: Int32Array;
  readonly to: Int32Array;
}

function reachesOf({ layer, inputShape, outputShape }: Node): Reach[] {
  if (layer.kind !== 'convolution') return [];
  const [rows, columns] = layer.kernel;
  const { stride, padding } = layer;
  return Array.from({ length: rows * columns }, (_, place): Reach => {
    const from: number[] = [];
    const to: number[] = [];
    for (let i = 0; i < outputShape.height; i++) {
      const row = i * stride - padding + Math.floor(place / columns);
      if (row < 0 || row >= inputShape.height) continue;
      for (let j = 0; j < outputShape.width; j++) {
        const column = j * stride - padding + (place % columns);
        if (column < 0 || column >= inputShape.width) continue;
        from.push(row * inputShape.width + column);
        to.push(i * outputShape.width + j);
      }
    }
    if (from.length % 2 === 1) {
      from.push(inputShape.height * inputShape.width);
      to.push(outputShape.height * outputShape.width);
    }
    return { from: Int32Array.from(from), to: Int32Array.from(to) };
  });
}

/** `[channel][place]` as `[place][channel]`, with a place of zeros behind them. */
function byPlace(values: Float64Array, channels: number): Float64Array {
  const places = values.length / channels;
  const result = new Float64Array(values.length + channels);
  for (let c = 0; c < channels; c++) {
    for (let p = 0; p < places; p++) result[p * channels + c] = values[c * places + p];
  }
  return result;
}

/** The other way, without the place behind them. */
function byChannel(values: Float64Array, channels: number): Float64Array {
  const places = values.length / channels - 1;
  const result = new Float64Array(places * channels);
  for (let c = 0; c < channels; c++) {
    for (let p = 0; p < places; p++) result[c * places + p] = values[p * channels + c];
  }
  return result;
}

/**
 * Of weights with one channel on one side of a convolution, those that survive, kernel place by kernel place: the channels on
 * their other side, in order, and their absolute values.
 */
class Survivors {
  readonly #weight: Float32Array;
  readonly #stride: number;
  readonly at: readonly Int32Array[];
  readonly size: readonly Float64Array[];
  readonly counts: Int32Array;

  /**
   * @param places of the kernel
   * @param channels on the other side
   * @param stride from the weights of one of those to those of the next
   */
  constructor(weight: Float32Array, places: number, channels: number, stride: number) {
    this.#weight = weight;
    this.#stride = stride;
    this.at = Array.from({ length: places }, () => new Int32Array(channels));
    this.size = Array.from({ length: places }, () => new Float64Array(channels));
    this.counts = new Int32Array(places);
  }

  /** Weights lie so far apart for one of the two sides that all places of a kernel are read together. */
  take(first: number): void {
    const { at, size, counts } = this;
    const weight = this.#weight;
    const channels = at[0].length;
    counts.fill(0);
    for (let i = 0, begin = first; i < channels; i++, begin += this.#stride) {
      for (let k = 0; k < counts.length; k++) {
        const value = weight[begin + k];
        if (value === 0) continue;
        const next = counts[k]++;
        at[k][next] = i;
        size[k][next] = Math.abs(value);
      }
    }
  }
}

/**
 * A convolution of absolute weights. Each output is summed in the order (input channel, kernel row, kernel column). The
 * innermost loop runs over the outputs that survive of one input and kernel place: it is long where maps are of a few
 * places, and no two turns of it touch one sum.
 */
export function convolve(node: Node, weight: Float32Array, x: Float64Array): Float64Array {
  const { layer, outputShape } = node;
  if (layer.kind !== 'convolution') throw new RangeError(`${node.name} is not a convolution.`);
  const { inputs, outputs } = layer;
  const reaches = reachesOf(node);
  const xs = byPlace(x, inputs);
  const ys = new Float64Array(sizeOf(outputShape) + outputs);
  const survivors = new Survivors(weight, reaches.length, outputs, inputs * reaches.length);
  for (let c = 0; c < inputs; c++) {
    survivors.take(c * reaches.length);
    for (let k = 0; k < reaches.length; k++) {
      const { from, to } = reaches[k];
      const at = survivors.at[k];
      const size = survivors.size[k];
      const count = survivors.counts[k];
      for (let p = 0; p < from.length && count > 0; p += 2) {
        const x0 = xs[from[p] * inputs + c];
        const x1 = xs[from[p + 1] * inputs + c];
        const y0 = to[p] * outputs;
        const y1 = to[p + 1] * outputs;
        for (let i = 0; i < count; i++) {
          ys[y0 + at[i]] += size[i] * x0;
          ys[y1 + at[i]] += size[i] * x1;
        }
      }
    }
  }
  return byChannel(ys, outputs);
}

/**
 * The gradient to each surviving weight of a convolution, summed over the places of the output in their order, and to its
 * input, summed in the order (output channel, kernel row, kernel column).
 */
export function convolveBack(
  node: Node,
  weight: Float32Array,
  x: Float64Array,
  dy: Float64Array,
): { readonly gradient: Float64Array; readonly dx: Float64Array } {
  const { layer } = node;
  if (layer.kind !== 'convolution') throw new RangeError(`${node.name} is not a convolution.`);
  const { inputs, outputs } = layer;
  const reaches = reachesOf(node);
  const xs = byPlace(x, inputs);
  const dys = byPlace(dy, outputs);
  const dxs = new Float64Array(xs.length);
  const gradient = new Float64Array(weight.length);
  const sums = new Float64Array(inputs);
  const survivors = new Survivors(weight, reaches.length, inputs, reaches.length);
  for (let o = 0; o < outputs; o++) {
    const first = o * inputs * reaches.length;
    survivors.take(first);
    for (let k = 0; k < reaches.length; k++) {
      const { from, to } = reaches[k];
      const at = survivors.at[k];
      const size = survivors.size[k];
      const count = survivors.counts[k];
      sums.fill(0, 0, count);
      for (let p = 0; p < from.length && count > 0; p += 2) {
        const dy0 = dys[to[p] * outputs + o];
        const dy1 = dys[to[p + 1] * outputs + o];
        const x0 = from[p] * inputs;
        const x1 = from[p + 1] * inputs;
        for (let i = 0; i < count; i++) {
          const c = at[i];
          sums[i] = sums[i] + xs[x0 + c] * dy0 + xs[x1 + c] * dy1;
          dxs[x0 + c] += size[i] * dy0;
          dxs[x1 + c] += size[i] * dy1;
        }
      }
      for (let i = 0; i < count; i++) gradient[first + at[i] * reaches.length + k] = sums[i];
    }
  }
  return { gradient, dx: byChannel(dxs, inputs) };
}
