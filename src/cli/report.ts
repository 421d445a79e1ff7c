import { join } from 'node:path';
import type { Store } from '../experiments/full-store.js';
import type { RunResults } from '../experiments/results.js';
import type { AnyStudy, StudyOutcome, StudyReport } from '../studies/study.js';

/**
 * Writes a run's figures and report into its folder of the store. The drawing libraries are loaded only here, so that no
 * other command waits for them.
 *
 * @returns the report's path
 * @throws InputError when the folder cannot be written to
 */
export async function writeReport(store: Store, results: RunResults): Promise<string> {
  const { REPORT, runFiles } = await import('../node/figure-files.js');
  return join(await store.writeRunFiles(results.run, runFiles(results)), REPORT);
}

/** The same of a study. */
export async function writeStudyReport(
  store: Store,
  folder: string,
  study: AnyStudy,
  outcome: StudyOutcome<unknown>,
  report: StudyReport,
): Promise<string> {
  const { REPORT, studyFiles } = await import('../node/figure-files.js');
  return join(await store.writeStudyFiles(folder, await studyFiles(study, outcome, report)), REPORT);
}
