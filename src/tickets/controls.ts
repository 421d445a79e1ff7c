import type { Mask } from '../networks/network.js';
import { StreamReader, shuffle, stream } from '../random/stream.js';

/**
 * A random mask with as many survivors in every layer as the ticket's: each layer's bits in a random order. The control
 * that asks whether it matters *which* weights survive.
 */
export function randomMask(mask: Mask, seed: number): Map<string, Uint8Array> {
  return new Map(
    [...mask].map(([name, bits], index): [string, Uint8Array] => {
      const reader = new StreamReader(stream(seed, 'random-mask', index));
      return [name, shuffle(bits.slice(), reader)];
    }),
  );
}
