import { inflateSync } from 'fflate';
import { memoryBytes } from './generated/layout.js';
import { type KernelExports, Kernels, PAGE } from './kernels.js';

const compiled = new Map<string, Promise<WebAssembly.Module>>();

function unpack(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return inflateSync(bytes);
}

/** The code is part of the library, each of its two builds a module that is loaded with the first kernels that need it. */
function compile(text: string): Promise<WebAssembly.Module> {
  let module = compiled.get(text);
  if (module === undefined) {
    module = WebAssembly.compile(unpack(text)).catch((cause: unknown) => {
      throw new Error(
        'WebAssembly SIMD is needed and this JavaScript engine lacks it; use Node 20 or a browser of 2023 or later.',
        { cause },
      );
    });
    compiled.set(text, module);
  }
  return module;
}

/**
 * Loads a fresh instance of the kernels.
 *
 * @throws Error where WebAssembly SIMD is lacking
 */
export async function loadKernels(): Promise<Kernels> {
  const instance = await WebAssembly.instantiate(await compile((await import('./generated/wasm.js')).wasmBase64));
  return new Kernels(instance.exports as unknown as KernelExports, 'wasm');
}

/** What a thread needs to help: give it to `helpKernels` there. It can be sent to a worker as it is. */
export interface HelperPost {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  /** Which part of the work is its own, from 1. */
  readonly part: number;
  /** Where its stack begins, going down. */
  readonly stack: number;
}

/** As many bytes for each helper's stack as the linker gives the caller's. */
const STACK = memoryBytes.stack;
/** In pages, as WebAssembly counts memory. */
const PAGES = { initial: memoryBytes.initial / PAGE, maximum: memoryBytes.maximum / PAGE };

/**
 * Loads kernels over memory that several threads share. A thread that helps sleeps in `helpKernels` from beginning to end,
 * so it has to be a worker with nothing else to do.
 *
 * @param helpers how many there can be
 * @param start starts a worker that calls `helpKernels`
 * @throws Error where WebAssembly SIMD or shared memory is lacking
 */
export async function loadSharedKernels(helpers: number, start: (post: HelperPost) => void): Promise<Kernels> {
  const module = await compile((await import('./generated/threaded.js')).threadedBase64);
  const memory = new WebAssembly.Memory({ ...PAGES, shared: true });
  const instance = await WebAssembly.instantiate(module, { env: { memory } });
  const exports = instance.exports as unknown as KernelExports;
  const base = Math.ceil(Number(exports.__heap_base.value) / STACK) * STACK;
  const top = base + helpers * STACK;
  if (top > memory.buffer.byteLength) memory.grow(Math.ceil((top - memory.buffer.byteLength) / PAGE));
  let started = 0;
  const startHelpers = (wanted: number): void => {
    for (; started < Math.min(wanted, helpers); started++) {
      start({ module, memory, part: started + 1, stack: base + (started + 1) * STACK });
    }
  };
  return new Kernels({ ...exports, memory, __heap_base: { value: top } }, 'wasm', startHelpers);
}

/** Helps the kernels that a post came from, for as long as the thread lives. */
export async function helpKernels({ module, memory, part, stack }: HelperPost): Promise<never> {
  const { exports } = await WebAssembly.instantiate(module, { env: { memory } });
  const { __stack_pointer, help } = exports as unknown as {
    readonly __stack_pointer: WebAssembly.Global<'i32'>;
    help(part: number): never;
  };
  __stack_pointer.value = stack;
  return help(part);
}
