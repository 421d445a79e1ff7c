import type { Kernels } from '../kernels/kernels.js';
import type { Program, ProgramBuilder } from '../kernels/program.js';
import type { Stream } from '../random/stream.js';
import type { BatchSize } from './buffers.js';
import type { NetworkLayout } from './layout.js';
import type { NetworkStorage } from './storage.js';

/** What a pass over the network works on, and the program that it adds its operations to. */
export interface Pass {
  readonly builder: ProgramBuilder;
  readonly layout: NetworkLayout;
  readonly storage: NetworkStorage;
  /** Byte offset of the program's state. */
  readonly state: number;
  readonly size: BatchSize;
  /** The stream that a dropout layer draws from, by its place in the network. */
  readonly dropoutStream: (place: number) => Stream;
}

/** Ends a step by counting it, and places its program in the arena. */
export function finishStep({ builder, state }: Pick<Pass, 'builder' | 'state'>, kernels: Kernels): Program {
  return builder.add('advance', { state }, { shape: '', flops: 0, bytes: 8 }).build(kernels);
}
