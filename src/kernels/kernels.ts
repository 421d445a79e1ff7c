import type { Stream } from '../random/stream.js';
import { LANE_BYTES } from './generated/layout.js';

/** Numbers drawn by the kernels, so that they are the same bits on every target. */
export interface Sampler {
  /** `count` draws of the standard normal law, float32. */
  normal(stream: Stream, count: number): Float32Array;
  /** `count` draws of the uniform law on the open interval (0, 1), float32. */
  uniform(stream: Stream, count: number): Float32Array;
}

/** What a build of the kernels offers, in the WebAssembly's own names: an arena, and functions on offsets into it. */
export interface KernelExports {
  readonly memory: { readonly buffer: ArrayBuffer | SharedArrayBuffer; grow(pages: number): unknown };
  /** The first offset that is free. */
  readonly __heap_base: { readonly value: number };
  /** Steps done, by as many threads as asked for or as there are. */
  run(program: number, words: number, steps: number, threads: number): number;
  /** Threads that are there to help; absent where none ever will be. */
  helpers?(): number;
  fill_words(out: number, count: number, key0: number, key1: number, lane0: number, lane1: number): void;
  fill_uniform(out: number, count: number, key0: number, key1: number, lane0: number, lane1: number): void;
  fill_normal(out: number, count: number, key0: number, key1: number, lane0: number, lane1: number): void;
}

/** Sees to it that there are at least so many threads besides the one that calls the kernels. */
export type HelperStarter = (helpers: number) => void;

/** Bytes of a page of WebAssembly memory. */
export const PAGE = 65536;

/** Bytes to which everything in the arena is aligned: one place of a lane block, a cache line. */
export const ALIGNMENT = LANE_BYTES;

/**
 * One instance of the kernels with an arena of memory of its own. To be called from one thread alone; those that help it
 * are its own.
 *
 * The arena is a stack: `allocate` takes from its top, `mark` and `release` give back. A view is good until the next
 * allocation, which may grow the memory and so detach it; ask for views when they are needed.
 */
export class Kernels {
  readonly #exports: KernelExports;
  readonly #base: number;
  #top: number;
  #peak: number;
  #generation = 0;
  #threads = 1;
  readonly #startHelpers: HelperStarter | undefined;
  /** Drawn on the kernels' own arithmetic. */
  readonly sampler: Sampler;

  /**
   * @param target what the kernels were compiled to
   * @param startHelpers for kernels that several threads can run together
   */
  constructor(
    exports: KernelExports,
    readonly target: 'wasm' | 'native',
    startHelpers?: HelperStarter,
  ) {
    this.#exports = exports;
    this.#startHelpers = startHelpers;
    this.#base = Math.ceil(Number(exports.__heap_base.value) / ALIGNMENT) * ALIGNMENT;
    this.#top = this.#base;
    this.#peak = this.#base;
    this.sampler = {
      normal: (stream, count) => this.#draw(exports.fill_normal, stream, count),
      uniform: (stream, count) => this.#draw(exports.fill_uniform, stream, count),
    };
  }

  /** Words of a stream as the kernels draw them; `StreamReader` gives the same ones. */
  words(stream: Stream, count: number): Uint32Array {
    return new Uint32Array(this.#draw(this.#exports.fill_words, stream, count).buffer);
  }

  #draw(fill: KernelExports['fill_normal'], { key, lane }: Stream, count: number): Float32Array {
    const mark = this.mark();
    const out = this.allocate(count * 4);
    fill(out, count, key[0], key[1], lane[0], lane[1]);
    const values = this.floats(out, count).slice();
    this.release(mark);
    return values;
  }

  /**
   * Takes zeroed memory from the top of the arena.
   *
   * @param bytes size; rounded up to 64
   * @returns the byte offset, a multiple of 64
   * @throws RangeError when the 4 GiB that WebAssembly can address, or the machine's memory, do not suffice
   */
  allocate(bytes: number): number {
    const offset = this.#top;
    const top = offset + Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
    const { memory } = this.#exports;
    const lacking = top - memory.buffer.byteLength;
    if (lacking > 0) {
      try {
        memory.grow(Math.ceil(lacking / PAGE));
      } catch {
        throw new RangeError(
          `the kernels need ${Math.ceil(top / 2 ** 20)} MiB of memory and could not get it; the limit is 4096 MiB, or less where memory is short. A smaller batch or data set needs less.`,
        );
      }
    }
    this.#top = top;
    this.#peak = Math.max(this.#peak, top);
    new Uint8Array(memory.buffer, offset, top - offset).fill(0);
    return offset;
  }

  /** The top of the arena, for `release`. */
  mark(): number {
    return this.#top;
  }

  /** Gives back everything allocated since `mark`. */
  release(mark: number): void {
    this.#top = mark;
  }

  /** Gives back everything; what was allocated before is nobody's any more. */
  clear(): void {
    this.#top = this.#base;
    this.#generation++;
  }

  /** How often the arena was cleared: what lay there in an earlier generation may have been overwritten. */
  get generation(): number {
    return this.#generation;
  }

  /** Most bytes of the arena in use at once so far. */
  get peakBytes(): number {
    return this.#peak - this.#base;
  }

  /** Bytes of addresses that the arena may grow to in place: all that native kernels have, taken from the machine or not. */
  get reservedBytes(): number {
    return this.target === 'native' ? this.#exports.memory.buffer.byteLength : 0;
  }

  floats(offset: number, count: number): Float32Array {
    return new Float32Array(this.#exports.memory.buffer, offset, count);
  }

  doubles(offset: number, count: number): Float64Array {
    return new Float64Array(this.#exports.memory.buffer, offset, count);
  }

  integers(offset: number, count: number): Int32Array {
    return new Int32Array(this.#exports.memory.buffer, offset, count);
  }

  bytes(offset: number, count: number): Uint8Array {
    return new Uint8Array(this.#exports.memory.buffer, offset, count);
  }

  /** Allocates a copy of an array. */
  place(values: Float32Array | Int32Array | Uint16Array | Uint8Array): number {
    const offset = this.allocate(values.byteLength);
    this.bytes(offset, values.byteLength).set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    return offset;
  }

  /** How many threads go through a program together; the bits do not depend on it. One unless set, or where one is all there is. */
  get threads(): number {
    return this.#threads;
  }

  set threads(count: number) {
    if (this.#startHelpers === undefined || count === this.#threads) return;
    if (count > 1) this.#startHelpers(count - 1);
    this.#threads = Math.max(1, count);
  }

  /** Threads that help by now: they take a moment to start, and until then programs run on those there are. */
  get helpers(): number {
    return this.#exports.helpers?.() ?? 0;
  }

  /**
   * Runs a program that lies in the arena.
   *
   * @param program byte offset
   * @param words length in 32-bit words
   * @param steps how often
   * @param together whether all threads are to share the work, which pays where there is enough of it
   * @throws Error when the program holds a word that is no operation
   */
  run(program: number, words: number, steps: number, together = true): void {
    const done = this.#exports.run(program, words, steps, together ? this.#threads : 1);
    if (done !== steps) throw new Error(`step program stopped at step ${done} of ${steps}: unknown operation.`);
  }
}
