import { type Mask, type Network, prunableParameters } from '../networks/network.js';
import { permutation, StreamReader, shuffle, stream } from '../random/stream.js';
import { countOf } from './mask.js';

/**
 * A random mask with as many survivors in every layer as the ticket's: each layer's bits in a random order. The control
 * that asks whether it matters *which* weights survive; also the shuffle within layers of Frankle et al. 2021.
 */
export function randomMask(mask: Mask, seed: number): Map<string, Uint8Array> {
  return new Map(
    [...mask].map(([name, bits], index): [string, Uint8Array] => {
      const reader = new StreamReader(stream(seed, 'random-mask', index));
      return [name, shuffle(bits.slice(), reader)];
    }),
  );
}

/**
 * The ticket's mask with the outputs and the inputs of every layer in a random order, whole kernel windows of a convolution
 * together: the numbers of incoming and outgoing weights per unit are permuted, and so change units and initial values.
 */
export function shuffledMask(network: Network, mask: Mask, seed: number): Map<string, Uint8Array> {
  return new Map(
    prunableParameters(network).map(({ name, shape, size }, index): [string, Uint8Array] => {
      const bits = mask.get(name) ?? new Uint8Array(size).fill(1);
      const [outputs, inputs] = shape;
      const area = size / (outputs * inputs);
      const rows = permutation(outputs, new StreamReader(stream(seed, 'shuffled-outputs', index)));
      const columns = permutation(inputs, new StreamReader(stream(seed, 'shuffled-inputs', index)));
      const shuffled = new Uint8Array(size);
      for (let o = 0; o < outputs; o++) {
        for (let i = 0; i < inputs; i++) {
          const from = (rows[o] * inputs + columns[i]) * area;
          shuffled.set(bits.subarray(from, from + area), (o * inputs + i) * area);
        }
      }
      return [name, shuffled];
    }),
  );
}

/**
 * As many survivors in every layer as the ticket has, sampled from the weights that the ticket pruned; where it pruned fewer than it kept,
 * all of those and the rest drawn from what it kept. With the same counts it differs from the ticket in nothing but which
 * weights these are.
 */
export function invertedMask(mask: Mask, seed: number): Map<string, Uint8Array> {
  return new Map(
    [...mask].map(([name, bits], index): [string, Uint8Array] => {
      const reader = new StreamReader(stream(seed, 'inverted-mask', index));
      const order = permutation(bits.length, reader);
      const wanted = countOf(bits);
      // What was pruned first, each in the drawn order.
      const places = [...order.filter((i) => bits[i] === 0), ...order.filter((i) => bits[i] !== 0)];
      const inverted = new Uint8Array(bits.length);
      for (const place of places.slice(0, wanted)) inverted[place] = 1;
      return [name, inverted];
    }),
  );
}

/** A random mask with a given number of survivors in each tensor; a tensor that is not named stays dense. */
export function spreadMask(
  network: Network,
  counts: ReadonlyMap<string, number>,
  seed: number,
): Map<string, Uint8Array> {
  return new Map(
    prunableParameters(network).map(({ name, size }, index): [string, Uint8Array] => {
      const bits = new Uint8Array(size);
      bits.fill(1, 0, counts.get(name) ?? size);
      return [name, shuffle(bits, new StreamReader(stream(seed, 'spread-mask', index)))];
    }),
  );
}
