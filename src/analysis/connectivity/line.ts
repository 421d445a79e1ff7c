import { type Mask, type Network, prunableParameters, type Tensors } from '../../networks/network.js';

/**
 * The straight line between two networks of one architecture: every tensor W(a) = (1 - a) W(0) + a W(1), a from 0 to 1. Of
 * batch normalisation scales, shifts and running statistics alike.
 */

/** Points of the line that Frankle et al. (2020) look at. */
export const LINE_POINTS = 30;

/**
 * Evenly spaced places on the line, both ends among them: i / (points - 1).
 *
 * @throws RangeError for fewer than two
 */
export function linePlaces(points: number): number[] {
  if (!Number.isInteger(points) || points < 2) throw new RangeError(`a line has ${points} points; expected 2 or more.`);
  return Array.from({ length: points }, (_, i) => i / (points - 1));
}

/**
 * The network at one place of the line. Products and sums are in double precision and rounded to single once, so that where
 * both ends have the same value, so has all of the line.
 *
 * @param place 0 for the one end, 1 for the other: these are copied, bit for bit
 * @throws RangeError when the ends do not hold the same tensors
 */
export function betweenTensors(from: Tensors, to: Tensors, place: number): Map<string, Float32Array> {
  return new Map(
    [...from].map(([name, a]): [string, Float32Array] => {
      const b = to.get(name);
      if (b?.length !== a.length || to.size !== from.size) {
        throw new RangeError(`${name} has ${a.length} values at one end, and ${b?.length ?? 'none'} at the other.`);
      }
      if (place === 0) return [name, a.slice()];
      if (place === 1) return [name, b.slice()];
      const values = new Float32Array(a.length);
      for (let i = 0; i < a.length; i++) values[i] = (1 - place) * a[i] + place * b[i];
      return [name, values];
    }),
  );
}

/**
 * Weights that are not zero at one end or at both: of two tickets the union of their masks, and all that the line
 * between them needs. Elsewhere the whole line is zero.
 */
export function supportOf(network: Network, from: Tensors, to: Tensors): Mask {
  return new Map(
    prunableParameters(network).map(({ name, size }): [string, Uint8Array] => {
      const [a, b] = [from.get(name), to.get(name)];
      return [name, Uint8Array.from({ length: size }, (_, i) => (a?.[i] || b?.[i] ? 1 : 0))];
    }),
  );
}
