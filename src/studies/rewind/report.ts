import { formatInteger } from '../../analysis/index.js';
import type { StudyOutcome, StudyReport } from '../study.js';
import { compareRewinds } from './compare.js';
import { rewindFindings, rewindNotes } from './findings.js';
import type { RewindFound } from './found.js';
import { rewindTables } from './tables.js';

export function rewindReport({ found }: StudyOutcome<RewindFound>): StudyReport {
  const comparison = compareRewinds(found);
  return {
    lead: `What must tickets be rewound to? How good they are against that iteration, of ${formatInteger(found.iterations)}.`,
    findings: rewindFindings(found, comparison),
    notes: rewindNotes(found),
    tables: found.trained.length === 0 ? [] : rewindTables(found, comparison),
    sources: [
      [
        'rewinding',
        'Frankle, Dziugaite, Roy and Carbin 2020, “Linear Mode Connectivity and the Lottery Ticket Hypothesis”',
      ],
      [
        'rewinding beside other ways to train on',
        'Renda, Frankle and Carbin 2020, “Comparing Rewinding and Fine-tuning in Neural Network Pruning”',
      ],
      ['re-initialisation', 'Frankle and Carbin 2019, “The Lottery Ticket Hypothesis”'],
    ],
  };
}
