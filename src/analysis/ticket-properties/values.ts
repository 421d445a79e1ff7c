import { type Mask, type Network, prunableParameters, type Tensors } from '../../networks/network.js';

/** The surviving weights of one layer. */
export interface LayerValues {
  readonly layer: string;
  readonly kept: number;
  readonly total: number;
  /** Share above zero; null where no weight survives. */
  readonly positive: number | null;
  /** Mean absolute value in standard deviations of what the layer was drawn with; null likewise, or where that has none. */
  readonly magnitude: number | null;
}

export interface TicketValues {
  readonly layers: readonly LayerValues[];
  /** Over the surviving weights of all layers; null where there is none. */
  readonly positive: number | null;
  readonly magnitude: number | null;
}

/**
 * Signs and sizes of what survived.
 *
 * @param values the weights looked at
 * @param drawn what they were drawn from, with nothing pruned: a layer's standard deviation about zero is its unit
 */
export function valuesOf(network: Network, mask: Mask, values: Tensors, drawn: Tensors): TicketValues {
  let [all, above, measured, sizes] = [0, 0, 0, 0];
  const layers = prunableParameters(network).map(({ name, layer, size }): LayerValues => {
    const bits = mask.get(name);
    const own = values.get(name) as Float32Array;
    let [kept, positive, length, square] = [0, 0, 0, 0];
    for (const value of drawn.get(name) as Float32Array) square += value * value;
    const deviation = Math.sqrt(square / size);
    for (let i = 0; i < size; i++) {
      if (bits?.[i] === 0) continue;
      kept++;
      if (own[i] > 0) positive++;
      length += Math.abs(own[i]);
    }
    all += kept;
    above += positive;
    if (deviation > 0) {
      measured += kept;
      sizes += length / deviation;
    }
    return {
      layer,
      kept,
      total: size,
      positive: kept === 0 ? null : positive / kept,
      magnitude: kept === 0 || deviation === 0 ? null : length / kept / deviation,
    };
  });
  return { layers, positive: all === 0 ? null : above / all, magnitude: measured === 0 ? null : sizes / measured };
}
