import { join } from 'node:path';
import type { RunResults } from '../experiments/results.js';
import { storeTrouble } from '../node/store/trouble.js';
import type { StudyPage } from '../studies/shared/page.js';
import type { StudyResults } from '../studies/shared/schemes/results.js';
import type { StudyOutcome } from '../studies/study.js';
import { runPath } from './runs.js';

/**
 * Writes a run's figures and report into its folder. The drawing libraries are loaded only here, so that no other
 * command waits for them.
 *
 * @returns the report's path
 * @throws InputError when the folder cannot be written to
 */
export async function writeReport(store: string, results: RunResults): Promise<string> {
  const { writeReportFiles } = await import('../node/figure-files.js');
  return written(() => writeReportFiles(runPath(store, results.run), results));
}

/** The same for a study, in a folder of its own. */
export async function writeStudyReport(store: string, folder: string, results: StudyResults): Promise<string> {
  const { writeStudyFiles } = await import('../node/figure-files.js');
  return written(() => writeStudyFiles(join(store, 'studies', folder), results));
}

/**
 * Writes the page of a study that has one, with its figures.
 *
 * @returns the report's path, and what the page shows
 */
export async function writeStudyPage<Found>(
  store: string,
  folder: string,
  outcome: StudyOutcome<Found>,
  pageOf: (outcome: StudyOutcome<Found>, document: Document) => StudyPage,
): Promise<{ readonly report: string; readonly shown: StudyPage }> {
  const { writeStudyPageFiles } = await import('../node/figure-files.js');
  return written(() => writeStudyPageFiles(join(store, 'studies', folder), outcome, pageOf));
}

async function written<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    const isFileTrouble = (error as NodeJS.ErrnoException | null)?.code !== undefined;
    throw isFileTrouble ? storeTrouble(error, 'the report could not be written') : error;
  }
}
