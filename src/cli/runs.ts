import type { RecordStore } from '../experiments/record-store.js';
import type { RunRecord } from '../experiments/records.js';
import { suggestions } from '../experiments/suggest.js';
import { UsageError } from './errors.js';

/**
 * A run by its folder's name or the beginning of it.
 *
 * @param folder of the store, for messages
 * @throws UsageError when none or several fit
 */
export async function findRun(
  store: Pick<RecordStore, 'listRuns' | 'readRun'>,
  folder: string,
  name: string,
): Promise<RunRecord> {
  const runs = await store.listRuns();
  const fitting = runs.includes(name) ? [name] : runs.filter((run) => run.startsWith(name));
  if (fitting.length === 1) {
    const record = await store.readRun(fitting[0]);
    if (record !== null) return record;
  }
  if (fitting.length > 1) throw new UsageError(`several runs begin with ${name}: ${fitting.join(', ')}.`);
  const near = suggestions(name, runs);
  const hint =
    near.length > 0
      ? `did you mean ${near.join(' or ')}?`
      : runs.length > 0
        ? `its runs are ${runs.join(', ')}.`
        : 'it has no runs; lottery run quickstart makes one.';
  throw new UsageError(`no run in ${folder} is called ${name}; ${hint}`);
}
