import { Worker } from 'node:worker_threads';
import { type HelperPost, type Kernels, loadKernels, loadSharedKernels } from '../../kernels/index.js';
import { InputError } from '../../networks/errors.js';
import { findNative, type NativeState } from './native.js';

/** Which kernels compute, and why. */
export interface KernelChoice {
  readonly target: 'native' | 'wasm';
  readonly reason: string;
  readonly native: NativeState;
}

/**
 * Native kernels where they can be used, else WebAssembly; LOTTERY_KERNELS decides otherwise. The results are the same
 * bits.
 *
 * @throws InputError when LOTTERY_KERNELS asks for kernels that cannot be used, or is neither `native` nor `wasm`
 */
export function chooseKernels(asked = process.env.LOTTERY_KERNELS, native: NativeState = findNative()): KernelChoice {
  if (asked === 'wasm') return { target: 'wasm', reason: 'LOTTERY_KERNELS says so', native };
  if (asked === 'native') {
    if (!native.usable) {
      throw new InputError(`LOTTERY_KERNELS asks for native kernels, but ${native.reason}; ${native.remedy}`);
    }
    return { target: 'native', reason: 'LOTTERY_KERNELS says so', native };
  }
  if (asked !== undefined && asked !== '') {
    throw new InputError(
      `LOTTERY_KERNELS is ${asked}; expected native or wasm, or unset for the faster of those available.`,
    );
  }
  return native.usable
    ? { target: 'native', reason: native.reason, native }
    : { target: 'wasm', reason: `there are no native kernels to use: ${native.reason}`, native };
}

/**
 * A fresh instance of the chosen kernels.
 *
 * @param threads the most that will ever share a program; `Kernels.threads` says how many do
 */
export async function loadChosenKernels(choice: KernelChoice = chooseKernels(), threads = 1): Promise<Kernels> {
  if (choice.target === 'native' && choice.native.usable) return choice.native.load();
  if (threads === 1) return loadKernels();
  try {
    return await loadSharedKernels(threads - 1, startHelper);
  } catch (error) {
    // Shared memory reserves its 4 GiB of addresses at once, which fails on some machines: then each cell has one thread.
    if (error instanceof RangeError) return loadKernels();
    throw error;
  }
}

function startHelper(post: HelperPost): void {
  const worker = new Worker(new URL('./helper.js', import.meta.url), { workerData: post });
  // It sleeps when there is nothing to do, and does not keep the process alive.
  worker.unref();
}
