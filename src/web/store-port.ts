import { DamageError } from '../experiments/damage.js';
import type { TaskStore } from '../experiments/tasks/index.js';
import { InputError } from '../networks/errors.js';

/**
 * A store that lies in the page, as its workers see it: every call is a message, and an answer with the same number. Cells,
 * measurements and checkpoints are cloned on the way, maps and arrays of numbers included.
 */

/** What a worker that executes tasks calls of a store. */
export const taskMethods = [
  'read',
  'write',
  'writeMeasurement',
  'readCheckpoint',
  'writeCheckpoint',
  'dropCheckpoint',
] as const satisfies readonly (keyof TaskStore)[];

interface Call {
  readonly number: number;
  readonly method: string;
  readonly given: readonly unknown[];
}

type Answer = { readonly number: number } & (
  | { readonly ok: true; readonly value: unknown }
  /** `isInput`: the message is for people. `damaged`: what is, where that is what is wrong. */
  | {
      readonly ok: false;
      readonly message: string;
      readonly isInput: boolean;
      readonly damaged: DamageError['damaged'] | null;
    }
);

/** Answers calls from a worker with what a store gives, of the methods that it may call. */
export function serveStore<Kept extends object>(
  store: Kept,
  port: MessagePort,
  methods: readonly (keyof Kept & string)[],
): void {
  port.onmessage = async ({ data: { number, method, given } }: MessageEvent<Call>) => {
    try {
      if (!(methods as readonly string[]).includes(method))
        throw new Error(`a worker cannot call ${method} of a store.`);
      const call = store[method as keyof Kept] as (...given: readonly unknown[]) => Promise<unknown>;
      port.postMessage({ number, ok: true, value: await call.apply(store, [...given]) } satisfies Answer);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const damaged = error instanceof DamageError ? error.damaged : null;
      const isInput = error instanceof InputError;
      port.postMessage({ number, ok: false, isInput, message, damaged } satisfies Answer);
    }
  };
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** The store at the other end of a port, as far as these methods go: see `serveStore`. */
export function storeAt<Kept>(port: MessagePort, methods: readonly (keyof Kept & string)[]): Kept {
  const waiting = new Map<number, Waiting>();
  let calls = 0;
  port.onmessage = ({ data }: MessageEvent<Answer>) => {
    const asked = waiting.get(data.number);
    waiting.delete(data.number);
    if (data.ok) asked?.resolve(data.value);
    else asked?.reject(errorOf(data));
  };
  const call =
    (method: string) =>
    (...given: readonly unknown[]) =>
      new Promise((resolve, reject) => {
        const number = calls++;
        waiting.set(number, { resolve, reject });
        port.postMessage({ number, method, given } satisfies Call);
      });
  return Object.fromEntries(methods.map((method) => [method, call(method)])) as Kept;
}

function errorOf({ message, isInput, damaged }: Extract<Answer, { ok: false }>): Error {
  if (damaged !== null) return new DamageError(message, damaged);
  return isInput ? new InputError(message) : new Error(message);
}
