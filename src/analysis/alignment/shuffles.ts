import { type Mask, type Network, prunableParameters, type Tensors } from '../../networks/network.js';
import { permutation, StreamReader, shuffle, stream } from '../../random/stream.js';
import { randomMask } from '../../tickets/controls.js';

/** How a mask is shuffled to know what matching finds by searching alone. */
export const shuffles = {
  weights: {
    title: 'survivors anywhere in their layer',
    mask: (_: Network, mask: Mask, seed: number): Mask => randomMask(mask, seed),
  },
  degrees: {
    title: 'every unit and every input with as many survivors as it has, rewired',
    mask: rewiredMask,
  },
} as const;

export type ShuffleName = keyof typeof shuffles;

export const shuffleNames = Object.keys(shuffles) as ShuffleName[];

/** Trades a row: after Strona et al. five are enough for any start to be forgotten. */
const TRADES = 10;

/**
 * A random mask in which every output of a layer keeps as many weights as it did, and every input of a window, `[inputs][...]`,
 * is read by as many: Strona et al., "A Fast and Unbiased Procedure to Randomize Ecological Binary Matrices with Fixed Row and
 * Column Totals" (2014). Two outputs at a time deal out anew what only one of them keeps. A layer of one output stays as it is.
 */
export function rewiredMask(network: Network, mask: Mask, seed: number): Map<string, Uint8Array> {
  return new Map(
    prunableParameters(network).map(({ name, size, shape: [outputs] }, index): [string, Uint8Array] => {
      const bits = mask.get(name)?.slice() ?? new Uint8Array(size).fill(1);
      const length = size / outputs;
      const reader = new StreamReader(stream(seed, 'rewired', index));
      for (let trade = 0; outputs > 1 && trade < TRADES * outputs; trade++) {
        const one = reader.below(outputs);
        const other = (one + 1 + reader.below(outputs - 1)) % outputs;
        const places: number[] = [];
        let ofOne = 0;
        for (let k = 0; k < length; k++) {
          const kept = bits[one * length + k];
          if (kept === bits[other * length + k]) continue;
          places.push(k);
          ofOne += kept;
        }
        shuffle(places, reader);
        places.forEach((k, rank) => {
          bits[one * length + k] = rank < ofOne ? 1 : 0;
          bits[other * length + k] = rank < ofOne ? 0 : 1;
        });
      }
      return [name, bits];
    }),
  );
}

/**
 * Values to go with a shuffled mask: those of survivors in a random order on the survivors, those of pruned weights likewise, and
 * what has no mask in a random order.
 */
export function dealtTensors(tensors: Tensors, from: Mask, to: Mask, seed: number): Map<string, Float32Array> {
  let index = 0;
  return new Map(
    [...tensors].map(([name, values]): [string, Float32Array] => {
      const reader = new StreamReader(stream(seed, 'dealt', index++));
      const [before, after] = [from.get(name), to.get(name)];
      const dealt = new Float32Array(values.length);
      for (const kept of [1, 0]) {
        const sources = placesOf(values.length, before, kept);
        const order = permutation(sources.length, reader);
        placesOf(values.length, after, kept).forEach((place, k) => {
          dealt[place] = values[sources[order[k]]];
        });
      }
      return [name, dealt];
    }),
  );
}

/** Places that a mask keeps, or prunes; without a mask all are kept. */
function placesOf(size: number, bits: Uint8Array | undefined, kept: number): number[] {
  const places: number[] = [];
  for (let i = 0; i < size; i++) if ((bits?.[i] ?? 1) === kept) places.push(i);
  return places;
}
