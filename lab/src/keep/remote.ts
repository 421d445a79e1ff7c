import { DamageError } from 'lottery-lab/experiments';
import { InputError } from 'lottery-lab/networks';
import { messageOf } from '../parts/message.js';

/** A store in the page, as a worker beside it sees it: every call is a message, and an answer of the same number. */

interface Call {
  readonly number: number;
  readonly method: string;
  readonly given: readonly unknown[];
}

type Answer = { readonly number: number } & (
  | { readonly value: unknown }
  | { readonly message: string; readonly damaged: DamageError['damaged'] | null; readonly isInput: boolean }
);

type Methods = Readonly<Record<string, unknown>>;

/** Answers calls of some methods. */
export function answerCalls(port: MessagePort, target: object, methods: readonly string[]): void {
  port.onmessage = async ({ data: { number, method, given } }: MessageEvent<Call>) => {
    try {
      if (!methods.includes(method)) throw new Error(`no method is called ${method}`);
      const work = (target as Methods)[method] as (...given: readonly unknown[]) => unknown;
      port.postMessage({ number, value: await work.apply(target, given as unknown[]) } satisfies Answer);
    } catch (error) {
      const message = messageOf(error);
      const damaged = error instanceof DamageError ? error.damaged : null;
      port.postMessage({ number, message, damaged, isInput: error instanceof InputError } satisfies Answer);
    }
  };
}

/** The other end. */
export function callsOver<Target>(port: MessagePort, methods: readonly (keyof Target & string)[]): Target {
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let last = 0;
  port.onmessage = ({ data }: MessageEvent<Answer>) => {
    const call = waiting.get(data.number);
    waiting.delete(data.number);
    if ('value' in data) call?.resolve(data.value);
    else if (data.damaged !== null) call?.reject(new DamageError(data.message, data.damaged));
    else call?.reject(data.isInput ? new InputError(data.message) : new Error(data.message));
  };
  const call =
    (method: string) =>
    (...given: readonly unknown[]) =>
      new Promise((resolve, reject) => {
        const number = ++last;
        waiting.set(number, { resolve, reject });
        port.postMessage({ number, method, given } satisfies Call);
      });
  return Object.fromEntries(methods.map((method) => [method, call(method)])) as Target;
}
