import { assembleResults } from '../experiments/assemble.js';
import { buildGraph } from '../experiments/graph.js';
import type { RunRecord, StudyRecord } from '../experiments/records.js';
import type { RunResults } from '../experiments/results.js';
import type { StudyOutcome, StudyStore } from '../studies/study.js';
import { plannedStudy } from './recorded.js';
import { assembleStudyOutcome } from './study-outcome.js';

// Functions, and no methods of the laboratory: those of studies need every study there is, and whoever shows runs alone loads none.

/** What a run found so far, from its record and the store. @throws InputError when something cannot be read */
export const runResults = (
  record: RunRecord,
  store: Pick<StudyStore, 'has' | 'readSummary' | 'readHistory'>,
): Promise<RunResults> => assembleResults(record, buildGraph(record.specification, record.dataset), store);

/** The same of a study. @throws InputError when something cannot be read, or there is no such study any more */
export const studyResults = (record: StudyRecord, store: StudyStore): Promise<StudyOutcome<unknown>> =>
  assembleStudyOutcome(plannedStudy(record), record, store);
