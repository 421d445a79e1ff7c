import { type Comparison, headline, type Outcome, statements } from '../analysis/index.js';
import type { RunResults } from '../experiments/results.js';
import { type Training, trainingsOf } from '../experiments/trainings.js';
import { csvOf } from './csv.js';
import { levelTable, type ReportTable } from './level-table.js';
import { trainingsCsv } from './trainings-csv.js';

/** One thing that was found; the outcome is null where it describes rather than tests. */
export interface ReportedFinding {
  readonly outcome: Outcome | null;
  readonly text: string;
}

/** What a report says in words and tables, and what it says it of. */
export interface ReportNumbers {
  readonly findings: readonly ReportedFinding[];
  readonly tables: readonly ReportTable[];
  readonly trainings: readonly Training[];
}

/**
 * The numbers of a report as files, by path relative to its folder: `findings.csv`, each table as it is read, and
 * `trainings.csv`, from which means of accuracies, losses and times can be worked out.
 */
export function numberFiles({ findings, tables, trainings }: ReportNumbers): Map<string, string> {
  return new Map([
    [
      'findings.csv',
      csvOf(
        ['outcome', 'text'],
        findings.map(({ outcome, text }) => [outcome, text]),
      ),
    ],
    ...tables.map(({ id, head, rows }): [string, string] => [`tables/${id}.csv`, csvOf(head, rows)]),
    ['trainings.csv', trainingsCsv(trainings)],
  ]);
}

/** What a run's report says: the headline first, then every statement, and the table level by level. */
export function runNumbers({ cells, measures }: RunResults, comparison: Comparison): ReportNumbers {
  return {
    findings: [
      { outcome: null, text: headline(comparison) },
      ...statements(comparison).map(({ outcome, sentence }) => ({ outcome, text: sentence })),
    ],
    tables: [levelTable(comparison)],
    trainings: trainingsOf(cells, measures),
  };
}
