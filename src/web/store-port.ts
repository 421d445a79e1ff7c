import type { KeptCheckpoint } from '../experiments/checkpoint-store.js';
import type { MeasurementSpecification } from '../experiments/measurements/measurement.js';
import type { FinishedCell } from '../experiments/store.js';
import type { TaskStore } from '../experiments/tasks/index.js';
import { InputError } from '../networks/errors.js';

/**
 * A store that lies in the page, as its workers see it: every call is a message, and an answer with the same number. Cells,
 * measurements and checkpoints are cloned on the way, maps and arrays of numbers included.
 */

const methods = [
  'read',
  'write',
  'writeMeasurement',
  'readCheckpoint',
  'writeCheckpoint',
  'dropCheckpoint',
] as const satisfies readonly (keyof TaskStore)[];

type Method = (typeof methods)[number];

interface Call {
  readonly number: number;
  readonly method: Method;
  readonly given: readonly unknown[];
}

type Answer =
  | { readonly number: number; readonly ok: true; readonly value: unknown }
  /** `isInput`: the message is for people. */
  | { readonly number: number; readonly ok: false; readonly isInput: boolean; readonly message: string };

/** Answers calls from a worker with what a store gives. */
export function serveStore(store: TaskStore, port: MessagePort): void {
  port.onmessage = async ({ data: { number, method, given } }: MessageEvent<Call>) => {
    try {
      if (!methods.includes(method)) throw new Error(`a worker cannot call ${method} of a store.`);
      const call = store[method] as (...given: readonly unknown[]) => Promise<unknown>;
      port.postMessage({ number, ok: true, value: await call.apply(store, [...given]) } satisfies Answer);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      port.postMessage({ number, ok: false, isInput: error instanceof InputError, message } satisfies Answer);
    }
  };
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** The store at the other end of a port: see `serveStore`. */
export class StorePort implements TaskStore {
  readonly #port: MessagePort;
  readonly #waiting = new Map<number, Waiting>();
  #calls = 0;

  constructor(port: MessagePort) {
    this.#port = port;
    port.onmessage = ({ data }: MessageEvent<Answer>) => {
      const waiting = this.#waiting.get(data.number);
      this.#waiting.delete(data.number);
      if (data.ok) waiting?.resolve(data.value);
      else waiting?.reject(data.isInput ? new InputError(data.message) : new Error(data.message));
    };
  }

  #call<Value>(method: Method, ...given: readonly unknown[]): Promise<Value> {
    return new Promise<Value>((resolve, reject) => {
      const number = this.#calls++;
      this.#waiting.set(number, { resolve: resolve as Waiting['resolve'], reject });
      this.#port.postMessage({ number, method, given } satisfies Call);
    });
  }

  read(id: string): Promise<FinishedCell> {
    return this.#call('read', id);
  }

  write(cell: FinishedCell): Promise<void> {
    return this.#call('write', cell);
  }

  writeMeasurement(id: string, specification: MeasurementSpecification, values: unknown): Promise<void> {
    return this.#call('writeMeasurement', id, specification, values);
  }

  readCheckpoint(id: string, fence = 1): Promise<KeptCheckpoint | undefined> {
    return this.#call('readCheckpoint', id, fence);
  }

  writeCheckpoint(id: string, kept: KeptCheckpoint, fence = 1): Promise<void> {
    return this.#call('writeCheckpoint', id, kept, fence);
  }

  dropCheckpoint(id: string, fence = 1): Promise<void> {
    return this.#call('dropCheckpoint', id, fence);
  }
}
