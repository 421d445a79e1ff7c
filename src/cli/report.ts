import type { RunResults } from '../experiments/results.js';
import { storeTrouble } from '../node/store/trouble.js';
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
  try {
    return await writeReportFiles(runPath(store, results.run), results);
  } catch (error) {
    const isFileTrouble = (error as NodeJS.ErrnoException | null)?.code !== undefined;
    throw isFileTrouble ? storeTrouble(error, 'the report could not be written') : error;
  }
}
