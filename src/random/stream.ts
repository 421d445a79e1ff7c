import { philox4x32 } from './philox.js';

/**
 * A labelled stream of random numbers: a Philox key and the upper half of its counter. The lower half counts blocks of
 * four words, so the n-th word of a stream is computed without the ones before it, and resuming needs no state.
 */
export interface Stream {
  /** Philox key: the seed, low word first. */
  readonly key: readonly [number, number];
  /** Words 2 and 3 of the counter: the label's hash and the index. */
  readonly lane: readonly [number, number];
}

/** FNV-1a of the label's UTF-8 bytes, 32 bits. Labels are few and fixed; a test checks that their hashes differ. */
export function labelHash(label: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(label)) {
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  }
  return hash;
}

/** Largest seed: seeds are non-negative integers that a double holds exactly. */
export const MAX_SEED = Number.MAX_SAFE_INTEGER;

/**
 * The stream of `seed` for one purpose.
 *
 * @param seed non-negative safe integer
 * @param label what the numbers are for, such as `init` or `order`
 * @param index distinguishes streams of one label, such as the layer or the epoch; unsigned 32-bit
 * @throws RangeError when seed or index is out of range
 */
export function stream(seed: number, label: string, index = 0): Stream {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new RangeError(`seed is ${seed}; expected a whole number from 0 to ${MAX_SEED}.`);
  }
  if (!Number.isInteger(index) || index < 0 || index > 0xffffffff) {
    throw new RangeError(`stream index is ${index}; expected a whole number from 0 to 4294967295.`);
  }
  return {
    key: [seed >>> 0, Math.floor(seed / 0x100000000) >>> 0],
    lane: [labelHash(label), index],
  };
}

/** A 53-bit seed drawn from a stream: how one seed becomes the seeds of trials, draws and orders. */
export function deriveSeed(seed: number, label: string, index = 0): number {
  const words = new Uint32Array(4);
  const { key, lane } = stream(seed, label, index);
  philox4x32([0, 0, lane[0], lane[1]], key, words);
  return (words[1] & 0x1fffff) * 0x100000000 + words[0];
}

/** Reads a stream word by word. */
export class StreamReader {
  readonly #counter: Uint32Array;
  readonly #key: readonly [number, number];
  readonly #block = new Uint32Array(4);
  #used = 4;

  constructor({ key, lane }: Stream) {
    this.#key = key;
    this.#counter = Uint32Array.of(0, 0, lane[0], lane[1]);
  }

  /** The next unsigned 32-bit word. */
  word(): number {
    if (this.#used === 4) {
      philox4x32(this.#counter, this.#key, this.#block);
      this.#counter[0]++;
      if (this.#counter[0] === 0) this.#counter[1]++;
      this.#used = 0;
    }
    return this.#block[this.#used++];
  }

  /** A double in [0, 1) with 32 random bits. */
  uniform(): number {
    return this.word() / 0x100000000;
  }

  /**
   * A whole number in [0, bound), without bias: the multiply-shift method of Lemire, "Fast Random Integer Generation in
   * an Interval" (2019), rejecting the few words that would favour some values.
   *
   * @param bound from 1 to 2^32
   */
  below(bound: number): number {
    const threshold = 0x100000000 % bound;
    for (;;) {
      const word = this.word();
      // word * bound may need 64 bits: split it into high and low halves of 32.
      const high = Math.floor((word * (bound >>> 16)) / 0x10000);
      const rest = ((word * (bound >>> 16)) % 0x10000) * 0x10000 + word * (bound & 0xffff);
      const low = rest % 0x100000000;
      const value = bound === 0x100000000 ? word : high + Math.floor(rest / 0x100000000);
      if (bound === 0x100000000 || low >= threshold) return value;
    }
  }
}

/** Shuffles `values` in place by Fisher and Yates, from the last place down. */
export function shuffle<T extends Int32Array | Uint32Array | Uint8Array | Float32Array | unknown[]>(
  values: T,
  reader: StreamReader,
): T {
  for (let last = values.length - 1; last > 0; last--) {
    const other = reader.below(last + 1);
    const kept = values[last];
    values[last] = values[other];
    values[other] = kept;
  }
  return values;
}

/** A random permutation of 0 .. count - 1. */
export function permutation(count: number, reader: StreamReader): Int32Array {
  const values = new Int32Array(count);
  for (let i = 0; i < count; i++) values[i] = i;
  return shuffle(values, reader);
}
