import { type RecordName, type RecordStore, recordsIn } from '../experiments/record-store.js';
import type { RunRecord } from '../experiments/records.js';
import { suggestions } from '../experiments/suggest.js';
import { UsageError } from './errors.js';

/**
 * A run by its folder's name or the beginning of it.
 *
 * @param folder of the store, for messages
 * @throws UsageError when none or several fit; DamageError when its record is damaged
 */
export async function findRun(
  store: Pick<RecordStore, 'listRuns' | 'readRun'>,
  folder: string,
  name: string,
): Promise<RunRecord> {
  const runs = await store.listRuns();
  const [run] = fitting(name, runs, 'runs');
  const record = run === undefined ? null : await store.readRun(run);
  if (record !== null) return record;
  throw new UsageError(`no run in ${folder} is called ${name}; ${hintOf(name, runs, 'runs')}`);
}

/**
 * A run or a study by its folder's name or the beginning of it.
 *
 * @throws UsageError when none or several fit
 */
export async function findNamed(
  store: Pick<RecordStore, 'listRuns' | 'listStudies'>,
  folder: string,
  name: string,
): Promise<RecordName> {
  const all = await recordsIn(store);
  const names = all.map((named) => named.name);
  const [found] = fitting(name, names, 'runs and studies');
  const named = all.find((candidate) => candidate.name === found);
  if (named !== undefined) return named;
  throw new UsageError(`no run or study in ${folder} is called ${name}; ${hintOf(name, names, 'runs and studies')}`);
}

function fitting(name: string, names: readonly string[], what: string): string[] {
  const found = names.includes(name) ? [name] : names.filter((candidate) => candidate.startsWith(name));
  if (found.length > 1) throw new UsageError(`several ${what} begin with ${name}: ${found.join(', ')}.`);
  return found;
}

function hintOf(name: string, names: readonly string[], what: string): string {
  const near = suggestions(name, [...names]);
  if (near.length > 0) return `did you mean ${near.join(' or ')}?`;
  if (names.length > 0) return `its ${what} are ${names.join(', ')}.`;
  return `it has no ${what}; lottery run quickstart makes one.`;
}
