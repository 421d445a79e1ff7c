import type { StudyRecord } from '../experiments/records.js';
import type { StudyOutcome, StudyStore } from '../studies/study.js';
import { plannedStudy } from './recorded.js';
import { assembleStudyOutcome } from './study-outcome.js';

// A file of its own: it needs every study there is, which a page that shows runs alone does not load.

/** What a study found so far. @throws InputError when something cannot be read, or there is no such study any more */
export const studyResults = (record: StudyRecord, store: StudyStore): Promise<StudyOutcome<unknown>> =>
  assembleStudyOutcome(plannedStudy(record), record, store);
