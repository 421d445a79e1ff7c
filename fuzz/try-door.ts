import { readFileSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { type Attempt, type Door, Fault, type Verdict } from './door.js';

/** How much memory an input may take in all, and how long it may take. */
export const MOST_MEGABYTES = 512;
export const MOST_SECONDS = 20;

export interface Tried {
  readonly verdict: Verdict;
  readonly seconds: number;
  /** The most memory that the process had while it was at it; 0 where that is not measured. */
  readonly megabytes: number;
}

export interface Failure {
  readonly message: string;
  readonly attempt: Attempt;
  /** What gives the same input again, with the door's name. */
  readonly seed: number;
  readonly path: string;
}

export interface TryOptions {
  readonly seed: number;
  readonly inputs: number;
  /** Of an earlier failure. */
  readonly path?: string | undefined;
  /** Seconds after which no further input is tried. */
  readonly seconds?: number;
  /** Whether time and memory are judged: not in a process that has done other things before; default: they are. */
  readonly isMeasured?: boolean;
  readonly onTried?: (tried: Tried) => void;
}

/** The most memory that this process has had since `forgetPeak`, where the system tells, in megabytes. */
function peak(): number {
  try {
    const [, kilobytes] = /VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8')) as RegExpExecArray;
    return Number(kilobytes) / 1024;
  } catch {
    return process.memoryUsage.rss() / 2 ** 20;
  }
}

function forgetPeak(): void {
  // What earlier inputs left behind is not this one's.
  if (process.memoryUsage.rss() > (MOST_MEGABYTES / 2) * 2 ** 20) (globalThis as { gc?: () => void }).gc?.();
  try {
    writeFileSync('/proc/self/clear_refs', '5');
  } catch {
    // Another system: what a process takes in all is judged instead.
  }
}

/**
 * Gives a door its inputs, one after the other, and makes the first that it does wrong as small as it gets.
 *
 * @returns what went wrong, if anything did
 */
export async function tryDoor(door: Door, options: TryOptions): Promise<Failure | undefined> {
  const { seed, inputs, path, seconds, isMeasured = true, onTried } = options;
  let underway: Promise<Verdict> | undefined;
  const property = fc.asyncProperty(door.attempts, async (attempt) => {
    if (isMeasured) forgetPeak();
    const began = performance.now();
    underway = attempt.run();
    const verdict = await underway;
    const took = (performance.now() - began) / 1000;
    const megabytes = isMeasured ? peak() : 0;
    if (isMeasured && took > MOST_SECONDS) throw new Fault(`it took ${took.toFixed(1)} s`);
    if (isMeasured && megabytes > MOST_MEGABYTES) throw new Fault(`it took ${megabytes.toFixed(0)} MB`);
    onTried?.({ verdict, seconds: took, megabytes });
  });
  const details = await fc.check(property, {
    seed,
    numRuns: inputs,
    ...(path === undefined ? {} : { path }),
    ...(seconds === undefined ? {} : { interruptAfterTimeLimit: seconds * 1000 }),
  });
  // When time is up, the input that is being tried is not waited for; it may have files open.
  await underway?.catch(() => undefined);
  if (!details.failed || details.counterexample === null) return undefined;
  const error = details.errorInstance;
  return {
    message: error instanceof Fault ? error.message : error instanceof Error ? String(error.stack) : String(error),
    attempt: details.counterexample[0],
    seed: details.seed,
    path: details.counterexamplePath ?? '',
  };
}
