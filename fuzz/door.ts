import type fc from 'fast-check';
import { InputError } from '../src/networks/errors.js';
import { printable } from '../src/networks/printable.js';
import type { Reference } from './reference.js';

/** What became of a hostile input: it was read, or refused with a sentence. */
export type Verdict = 'accepted' | 'refused';

/** One hostile input, ready to be given to its door. */
export interface Attempt {
  /** What is written to a folder where the attempt fails, by name. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** @throws Fault when the door does not do as it should; any other error is one too */
  run(): Promise<Verdict>;
}

/** A way by which something from outside comes in. */
export interface Door {
  readonly name: string;
  /** What comes in there, in words. */
  readonly what: string;
  readonly attempts: fc.Arbitrary<Attempt>;
}

/** What doors work with. */
export interface Desk {
  /** A folder of this process. */
  readonly folder: string;
  /** Another program's reading of the same files, where there is one. */
  readonly reference?: Reference | undefined;
  /** Told how much memory another process took that an attempt started. */
  readonly onMegabytes?: (megabytes: number) => void;
}

export type OpenDoor = (desk: Desk) => Door | Promise<Door>;

/** A door did not do as it should. */
export class Fault extends Error {
  override readonly name = 'Fault';
}

/** Longest message that anyone reads, in characters. */
const LONGEST = 4000;

/** What a message for people never holds: traces, and what JavaScript says of a program's own mistakes. */
const machinery =
  /^\s+at .*[:(]|Cannot (read propert|set propert|destructure|convert)|is not (a function|iterable|defined|a constructor)|\[object |Invalid (array|typed array|string) length|Maximum call stack|offset is out of bounds|Offset is outside/im;

/**
 * @param names of which a message has to say one
 * @throws Fault when a message is not one for people, or does not say what it is about
 */
export function judgeMessage(message: string, ...names: readonly string[]): void {
  const complain = (what: string) => {
    throw new Fault(`${what}: ${JSON.stringify(message.slice(0, 500))}`);
  };
  if (message.trim() === '') complain('an empty message');
  if (message.length > LONGEST) complain(`a message of ${message.length} characters`);
  if (machinery.test(message)) complain('a message from inside the program');
  if (printable(message) !== message) complain('a message with control characters');
  if (!names.some((name) => message.includes(name))) complain(`a message that does not name ${names.join(' or ')}`);
}

/**
 * Does what may be refused.
 *
 * @param names of which a refusal has to name one
 * @returns what came of it; undefined where it was refused as it should be
 * @throws Fault when it was refused otherwise
 */
export async function admitted<T>(
  work: () => T | Promise<T>,
  ...names: readonly string[]
): Promise<{ value: T } | undefined> {
  try {
    return { value: await work() };
  } catch (error) {
    if (error instanceof Fault) throw error;
    if (!(error instanceof InputError)) {
      throw new Fault(`an unexpected error: ${error instanceof Error ? error.stack : String(error)}`);
    }
    judgeMessage(error.message, ...names);
    return undefined;
  }
}

/** @throws Fault when what was read is not what is there */
export function mustEqual(found: unknown, expected: unknown, what: string): void {
  const text = (value: unknown) => {
    const plain = ArrayBuffer.isView(value) ? [...(value as Uint8Array)] : value;
    return JSON.stringify(plain, (_key, inner) => {
      if (typeof inner === 'number' && !Number.isFinite(inner)) return `number ${inner}`;
      return ArrayBuffer.isView(inner) ? [...(inner as Uint8Array)] : inner instanceof Map ? [...inner] : inner;
    });
  };
  const [one, other] = [text(found), text(expected)];
  if (one !== other) throw new Fault(`${what}: read ${one?.slice(0, 300)}; expected ${other?.slice(0, 300)}`);
}
