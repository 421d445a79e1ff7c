import type { StudyOutcome, StudyReport } from '../study.js';
import { compareStability } from './compare.js';
import { stabilityFindings } from './findings.js';
import type { StabilityFound } from './found.js';
import { stabilityNotes } from './notes.js';
import { stabilityTables } from './tables.js';

export function stabilityReport({ found }: StudyOutcome<StabilityFound>): StudyReport {
  const comparison = compareStability(found);
  return {
    lead: 'When is training stable to the order of examples, and do tickets match the dense network where it is?',
    findings: stabilityFindings(found, comparison),
    notes: stabilityNotes(found),
    tables: found.lines.length === 0 ? [] : stabilityTables(found, comparison),
    sources: [
      [
        'barrier, stable',
        'Frankle, Dziugaite, Roy and Carbin 2020, “Linear Mode Connectivity and the Lottery Ticket Hypothesis”, section 2',
      ],
      [
        'between rounds',
        'Paul, Chen, Larsen, Frankle, Ganguli and Dziugaite 2023, “Unmasking the Lottery Ticket Hypothesis: What’s Encoded in a Winning Ticket’s Mask?”',
      ],
      [
        'matching of hidden units',
        'Ainsworth, Hayase and Srinivasa 2023, “Git Re-Basin: Merging Models modulo Permutation Symmetries”, algorithm 1',
      ],
      ...(found.estimated === null
        ? []
        : [
            [
              'statistics taken anew',
              'Jordan, Sedghi, Saukh, Entezari and Neyshabur 2023, “REPAIR: REnormalizing Permuted Activations for Interpolation Repair”',
            ] as const,
          ]),
      ['intervals between trials', 'Arvesen 1969, “Jackknifing U-Statistics”'],
    ],
  };
}
