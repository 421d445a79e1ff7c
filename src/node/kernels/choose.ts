import { type Kernels, loadKernels } from '../../kernels/index.js';
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
 * @throws InputError when LOTTERY_KERNELS asks for what is not there, or is neither `native` nor `wasm`
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
      `LOTTERY_KERNELS is ${asked}; expected native or wasm, or nothing to take the faster there is.`,
    );
  }
  return native.usable
    ? { target: 'native', reason: 'they were built from these sources for this processor', native }
    : { target: 'wasm', reason: `there are no native kernels to use: ${native.reason}`, native };
}

/** A fresh instance of the chosen kernels. */
export async function loadChosenKernels(choice: KernelChoice = chooseKernels()): Promise<Kernels> {
  return choice.target === 'native' && choice.native.usable ? choice.native.load() : loadKernels();
}
