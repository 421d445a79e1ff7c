import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { InvalidArgumentError, Option } from 'commander';
import { CHECKPOINT_EVERY } from '../experiments/tasks/index.js';

/** Parses a whole number of at least `least`. */
export function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isSafeInteger(value) || value < least) {
      throw new InvalidArgumentError(`expected a whole number of at least ${least}.`);
    }
    return value;
  };
}

/** Gathers the values of a repeatable option. */
export function gather(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}

/** `--store DIR`, else LOTTERY_STORE, else ./lottery-store. */
export function storeOption(): Option {
  return new Option('--store <dir>', 'folder of results')
    .env('LOTTERY_STORE')
    .default('lottery-store')
    .argParser(resolveFolder);
}

/** `--data DIR`; LOTTERY_DATA and the cache are searched after it. */
export function dataOption(): Option {
  return new Option(
    '--data <dir>',
    'folder of data sets, searched before the folder in LOTTERY_DATA and the cache',
  ).argParser(resolveFolder);
}

/** `--workers N`; default: one per core. */
export function workersOption(): Option {
  return new Option('--workers <n>', 'training threads (default: one per core); spare threads share a cell').argParser(
    wholeNumber(1),
  );
}

/** `--checkpoint S`. */
export function checkpointOption(): Option {
  return new Option('--checkpoint <s>', 'seconds between checkpoints of a cell in training; 0: none')
    .default(CHECKPOINT_EVERY)
    .argParser(seconds);
}

/** `--allow-code`. */
export function allowCodeOption(): Option {
  return new Option(
    '--allow-code',
    'run scores that are code where a file or a record names them, not only where this command line does',
  );
}

function resolveFolder(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('expected the path of a folder.');
  return resolve(text);
}

/** Default number of workers on this machine: one per core. */
export function defaultWorkers(): number {
  return Math.max(1, availableParallelism());
}

/** Parser of a length of time in seconds. */
export function seconds(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value < 0) {
    throw new InvalidArgumentError('expected a number of seconds, such as 60, or 0 for none.');
  }
  return value;
}

const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86400 };

/** Parser of a length of time, in seconds: `90`, `90s`, `10m`, `2h`, `1d`. */
export function duration(text: string): number {
  const found = /^(\d+(?:\.\d+)?)\s*([smhd]?)$/.exec(text.trim());
  if (found === null) throw new InvalidArgumentError('expected a length of time, such as 90s, 10m, 2h or 1d.');
  return Number(found[1]) * (units[found[2]] ?? 1);
}
