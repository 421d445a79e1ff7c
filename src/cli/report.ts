import type { RunResults } from '../experiments/results.js';
import { writeReportFiles } from '../node/figure-files.js';
import { runPath } from './runs.js';

/** Writes a run's report and figures beside its record. @returns the report's path */
export async function writeReport(store: string, results: RunResults): Promise<string> {
  return writeReportFiles(runPath(store, results.run), results);
}
