import type { Stream } from '../random/stream.js';
import { wasmBase64 } from './generated/wasm.js';

/** Numbers drawn by the kernels, so that they are the same bits on every target. */
export interface Sampler {
  /** `count` draws of the standard normal law, float32. */
  normal(stream: Stream, count: number): Float32Array;
  /** `count` draws of the uniform law on the open interval (0, 1), float32. */
  uniform(stream: Stream, count: number): Float32Array;
}

/** What a build of the kernels offers, in the WebAssembly's own names: an arena, and functions on offsets into it. */
export interface KernelExports {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): unknown };
  /** The first offset that is free. */
  readonly __heap_base: { readonly value: number };
  run(program: number, words: number, steps: number): number;
  fill_words(out: number, count: number, key0: number, key1: number, lane0: number, lane1: number): void;
  fill_uniform(out: number, count: number, key0: number, key1: number, lane0: number, lane1: number): void;
  fill_normal(out: number, count: number, key0: number, key1: number, lane0: number, lane1: number): void;
}

const PAGE = 65536;

/** Bytes to which everything in the arena is aligned: one lane block's worth, a cache line. */
export const ALIGNMENT = 64;

/**
 * One instance of the kernels with an arena of memory of its own. Not shared between threads.
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
  /** Drawn on the kernels' own arithmetic. */
  readonly sampler: Sampler;

  /** @param target what the kernels were compiled to */
  constructor(
    exports: KernelExports,
    readonly target: 'wasm' | 'native',
  ) {
    this.#exports = exports;
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
  place(values: Float32Array | Int32Array | Uint8Array): number {
    const offset = this.allocate(values.byteLength);
    this.bytes(offset, values.byteLength).set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    return offset;
  }

  /**
   * Runs a program that lies in the arena.
   *
   * @param program byte offset
   * @param words length in 32-bit words
   * @param steps how often
   * @throws Error when the program holds a word that is no operation
   */
  run(program: number, words: number, steps: number): void {
    const done = this.#exports.run(program, words, steps);
    if (done !== steps) throw new Error(`step program stopped at step ${done} of ${steps}: unknown operation.`);
  }
}

let compiled: Promise<WebAssembly.Module> | undefined;

function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

/**
 * Loads a fresh instance of the kernels. The code is part of the library: nothing is fetched, in Node or a browser.
 *
 * @throws Error where WebAssembly SIMD is lacking
 */
export async function loadKernels(): Promise<Kernels> {
  compiled ??= WebAssembly.compile(decodeBase64(wasmBase64)).catch((cause: unknown) => {
    throw new Error(
      'WebAssembly SIMD is needed and this JavaScript engine lacks it; use Node 20 or a browser of 2023 or later.',
      {
        cause,
      },
    );
  });
  const instance = await WebAssembly.instantiate(await compiled);
  return new Kernels(instance.exports as unknown as KernelExports, 'wasm');
}
