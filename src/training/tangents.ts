import type { PlacedNode } from './layout.js';
import { LANES, type MapLayout, pitchesOf } from './maps.js';

/**
 * What layers without weights do to tangents and gradients: R of a value is its derivative as all weights move along one direction
 * (Pearlmutter 1994). Values lie in the arena in single precision; every step is computed in double precision, in a fixed order.
 */

/** The four maps of a slot: its value x, R x, the loss's gradient dx with respect to it, and R dx. */
export interface TangentMaps {
  readonly layout: MapLayout;
  readonly value: Float32Array;
  readonly tangent: Float32Array;
  readonly gradient: Float32Array;
  readonly gradientTangent: Float32Array;
}

const rowsOfLayout = new WeakMap<MapLayout, Map<number, Int32Array>>();

/** Place of the first float of each row of a map: `[block][channel][row]`, borders left out. */
export function rowsOf(layout: MapLayout, blocks: number): Int32Array {
  const known = rowsOfLayout.get(layout) ?? new Map<number, Int32Array>();
  rowsOfLayout.set(layout, known);
  const found = known.get(blocks) ?? firstOfRows(layout, blocks);
  known.set(blocks, found);
  return found;
}

function firstOfRows(layout: MapLayout, blocks: number): Int32Array {
  const { shape, border } = layout;
  const { row, channel, block } = pitchesOf(layout);
  const rows = new Int32Array(blocks * shape.channels * shape.height);
  let at = 0;
  for (let b = 0; b < blocks; b++) {
    for (let c = 0; c < shape.channels; c++) {
      for (let i = 0; i < shape.height; i++) {
        rows[at++] = (b * block + c * channel + (i + border) * row) / 4 + border * LANES;
      }
    }
  }
  return rows;
}

/** h(y) = f'(x) and h'(y) of an activation y = f(x), both read off its output. */
const slopes = {
  relu: { slope: (y: number) => (y > 0 ? 1 : 0), bend: () => 0 },
  tanh: { slope: (y: number) => 1 - y * y, bend: (y: number) => -2 * y },
  sigmoid: { slope: (y: number) => y * (1 - y), bend: (y: number) => 1 - 2 * y },
} as const;

type ActivationName = keyof typeof slopes;

/** Calls with the places of the same row in two maps of one shape, and its floats. */
function eachRow(
  a: MapLayout,
  b: MapLayout,
  blocks: number,
  call: (inA: number, inB: number, floats: number) => void,
): void {
  const from = rowsOf(a, blocks);
  const to = rowsOf(b, blocks);
  const floats = a.shape.width * LANES;
  for (let r = 0; r < from.length; r++) call(from[r], to[r], floats);
}

/** R y = f'(x) R x. x and y may be the same maps. */
export function pushActivation(name: ActivationName, x: TangentMaps, y: TangentMaps, blocks: number): void {
  const { slope } = slopes[name];
  eachRow(x.layout, y.layout, blocks, (i, j, floats) => {
    for (let k = 0; k < floats; k++) y.tangent[j + k] = slope(y.value[j + k]) * x.tangent[i + k];
  });
}

/** dx = dy h(y) and R dx = R dy h(y) + dy h'(y) R y, in place or added to what is there. */
export function pullActivation(
  name: ActivationName,
  x: TangentMaps,
  y: TangentMaps,
  blocks: number,
  inPlace: boolean,
): void {
  const { slope, bend } = slopes[name];
  const kept = inPlace ? 0 : 1;
  eachRow(x.layout, y.layout, blocks, (first, other, floats) => {
    for (let k = 0; k < floats; k++) {
      const [i, j] = [first + k, other + k];
      const value = y.value[j];
      const dy = y.gradient[j];
      const moved = y.gradientTangent[j] * slope(value) + dy * bend(value) * y.tangent[j];
      x.gradient[i] = kept * x.gradient[i] + dy * slope(value);
      x.gradientTangent[i] = kept * x.gradientTangent[i] + moved;
    }
  });
}

/** R y += R x, values one for one: of additions, and of copies where R y was zero. */
export function pushSum(x: TangentMaps, y: TangentMaps, blocks: number): void {
  eachRow(x.layout, y.layout, blocks, (i, j, floats) => {
    for (let k = 0; k < floats; k++) y.tangent[j + k] += x.tangent[i + k];
  });
}

/** dx += dy and R dx += R dy. */
export function pullSum(x: TangentMaps, y: TangentMaps, blocks: number): void {
  eachRow(x.layout, y.layout, blocks, (i, j, floats) => {
    for (let k = 0; k < floats; k++) {
      x.gradient[i + k] += y.gradient[j + k];
      x.gradientTangent[i + k] += y.gradientTangent[j + k];
    }
  });
}

/** Calls with the place of an output of a pooling, and with those of its window, rows before columns; lane by lane. */
function eachWindow(
  { layer }: Pick<PlacedNode, 'layer'>,
  x: MapLayout,
  y: MapLayout,
  blocks: number,
  call: (window: Int32Array, out: number, lane: number) => void,
): void {
  const whole = layer.kind === 'global-average-pool';
  const pool = layer.kind === 'max-pool' || layer.kind === 'average-pool' ? layer : { kernel: 1, stride: 1 };
  const [rows, columns] = whole ? [x.shape.height, x.shape.width] : [pool.kernel, pool.kernel];
  const from = rowsOf(x, blocks);
  const to = rowsOf(y, blocks);
  const window = new Int32Array(rows * columns);
  for (let r = 0; r < to.length; r++) {
    const plane = Math.floor(r / y.shape.height);
    const top = plane * x.shape.height + (r % y.shape.height) * pool.stride;
    for (let column = 0; column < y.shape.width; column++) {
      for (let i = 0, at = 0; i < rows; i++) {
        for (let j = 0; j < columns; j++) window[at++] = from[top + i] + (column * pool.stride + j) * LANES;
      }
      for (let lane = 0; lane < LANES; lane++) call(window, to[r] + column * LANES + lane, lane);
    }
  }
}

/** The first of the largest values of a window, as the kernels choose it. */
function largestOf(values: Float32Array, window: Int32Array, lane: number): number {
  let best = window[0] + lane;
  for (let i = 1; i < window.length; i++) if (values[window[i] + lane] > values[best]) best = window[i] + lane;
  return best;
}

/** R y of a pooling: that of the largest value, or the mean. */
export function pushPooling(node: Pick<PlacedNode, 'layer'>, x: TangentMaps, y: TangentMaps, blocks: number): void {
  const largest = node.layer.kind === 'max-pool';
  eachWindow(node, x.layout, y.layout, blocks, (window, out, lane) => {
    if (largest) {
      y.tangent[out] = x.tangent[largestOf(x.value, window, lane)];
      return;
    }
    let sum = 0;
    for (let i = 0; i < window.length; i++) sum += x.tangent[window[i] + lane];
    y.tangent[out] = sum / window.length;
  });
}

/** The gradient of a pooling and its tangent: to the largest value, or to all of the window alike. */
export function pullPooling(node: Pick<PlacedNode, 'layer'>, x: TangentMaps, y: TangentMaps, blocks: number): void {
  const largest = node.layer.kind === 'max-pool';
  eachWindow(node, x.layout, y.layout, blocks, (window, out, lane) => {
    if (largest) {
      const at = largestOf(x.value, window, lane);
      x.gradient[at] += y.gradient[out];
      x.gradientTangent[at] += y.gradientTangent[out];
      return;
    }
    for (let i = 0; i < window.length; i++) {
      x.gradient[window[i] + lane] += y.gradient[out] / window.length;
      x.gradientTangent[window[i] + lane] += y.gradientTangent[out] / window.length;
    }
  });
}
