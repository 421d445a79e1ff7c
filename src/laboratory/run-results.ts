import { assembleResults } from '../experiments/assemble.js';
import { buildGraph } from '../experiments/graph.js';
import type { RunRecord } from '../experiments/records.js';
import type { RunResults } from '../experiments/results.js';
import type { CellStore } from '../experiments/store.js';

/** What a run found so far, from its record and the store. @throws InputError when something cannot be read */
export const runResults = (
  record: RunRecord,
  store: Pick<CellStore, 'has' | 'readSummary' | 'readHistory'>,
): Promise<RunResults> => assembleResults(record, buildGraph(record.specification, record.dataset), store);
