import { type Comparison, headline, type Outcome, statements } from '../analysis/index.js';
import { csvOf } from './csv.js';
import { levelTable, type ReportTable } from './level-table.js';

/** One thing that was found; the outcome is null where it describes rather than tests. */
export interface ReportedFinding {
  readonly outcome: Outcome | null;
  readonly text: string;
}

/** What a report says in words and tables. */
export interface ReportNumbers {
  readonly findings: readonly ReportedFinding[];
  readonly tables: readonly ReportTable[];
}

/** The texts of a report as files, by path relative to its folder: `findings.csv`, and each table as it is read. */
export function numberFiles({ findings, tables }: ReportNumbers): Map<string, string> {
  return new Map([
    [
      'findings.csv',
      csvOf(
        ['outcome', 'text'],
        findings.map(({ outcome, text }) => [outcome, text]),
      ),
    ],
    ...tables.map(({ id, head, rows }): [string, string] => [`tables/${id}.csv`, csvOf(head, rows)]),
  ]);
}

/** What a run's report says: the headline first, then every statement, and the table level by level. */
export function runNumbers(comparison: Comparison): ReportNumbers {
  return {
    findings: [
      { outcome: null, text: headline(comparison) },
      ...statements(comparison).map(({ outcome, sentence }) => ({ outcome, text: sentence })),
    ],
    tables: [levelTable(comparison)],
  };
}
