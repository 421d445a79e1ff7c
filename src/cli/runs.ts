import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunRecord } from '../experiments/run-record.js';
import { suggestions } from '../experiments/suggest.js';
import { InputError } from '../networks/errors.js';
import { replaceFile } from '../node/replace-file.js';
import { storeTrouble } from '../node/store/trouble.js';
import { UsageError } from './errors.js';

/** Folder of a run's record, report and figures in a store. */
export function runPath(store: string, run: string): string {
  return join(store, 'runs', run);
}

/** @throws InputError when the store cannot be written to */
export async function writeRun(store: string, record: RunRecord): Promise<void> {
  const folder = runPath(store, record.run);
  try {
    await mkdir(folder, { recursive: true });
    await replaceFile(join(folder, 'run.json'), `${JSON.stringify(record, null, 2)}\n`);
  } catch (error) {
    throw storeTrouble(error, `cannot write to ${folder}`);
  }
}

/** The record of a run, or null when there is none. @throws InputError when it is unreadable */
export async function readRun(store: string, run: string): Promise<RunRecord | null> {
  const path = join(runPath(store, run), 'run.json');
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw storeTrouble(error, `cannot read ${path}`);
  }
  let record: RunRecord;
  try {
    record = JSON.parse(text) as RunRecord;
  } catch {
    throw new InputError(`${path} is not JSON; give the run's command again to write it anew.`);
  }
  if (record.format !== 1) {
    throw new InputError(
      `${path} has layout ${String(record.format)}, and this version of lottery-lab reads layout 1; update lottery-lab.`,
    );
  }
  return record;
}

/** Names of the runs in a store, sorted. */
export async function listRuns(store: string): Promise<string[]> {
  try {
    const entries = await readdir(join(store, 'runs'), { withFileTypes: true });
    return entries
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
      .sort();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw storeTrouble(error, `cannot read ${join(store, 'runs')}`);
  }
}

/**
 * A run by its folder's name or the beginning of it.
 *
 * @throws UsageError when none or several fit
 */
export async function findRun(store: string, name: string): Promise<RunRecord> {
  const runs = await listRuns(store);
  const fitting = runs.includes(name) ? [name] : runs.filter((run) => run.startsWith(name));
  if (fitting.length === 1) {
    const record = await readRun(store, fitting[0]);
    if (record !== null) return record;
  }
  if (fitting.length > 1) throw new UsageError(`several runs begin with ${name}: ${fitting.join(', ')}.`);
  const near = suggestions(name, runs);
  const hint =
    near.length > 0
      ? `did you mean ${near.join(' or ')}?`
      : runs.length > 0
        ? `it holds ${runs.join(', ')}.`
        : 'it holds none; lottery run quickstart makes one.';
  throw new UsageError(`no run in ${store} is called ${name}; ${hint}`);
}
