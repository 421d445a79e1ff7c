import type { StudyPage } from '../shared/page.js';
import type { StudyOutcome } from '../study.js';
import { trialsEntries } from './between-trials.js';
import { stabilityEntries } from './compare.js';
import { backwardsFigure, childrenFigure } from './figures/barrier-figures.js';
import { childrenLinesFigure, trialsLinesFigure } from './figures/line-figures.js';
import { matchingFigure } from './figures/matching-figure.js';
import { stabilityFindings } from './findings.js';
import type { StabilityFound } from './found.js';
import { stabilityNotes } from './notes.js';
import { stabilityTables } from './tables.js';

/** The page of a study of stability. */
export function stabilityPage({ found }: StudyOutcome<StabilityFound>, document: Document): StudyPage {
  const entries = stabilityEntries(found);
  const trials = trialsEntries(found);
  return {
    lead: 'When is training stable to the order of examples, and do tickets match the dense network where it is?',
    findings: stabilityFindings(found, entries, trials),
    notes: stabilityNotes(found),
    figures: [
      childrenFigure(found, entries, document),
      matchingFigure(found, entries, document),
      childrenLinesFigure(found, document),
      backwardsFigure(found, entries, document),
      trialsLinesFigure(found, document),
    ].filter((figure) => figure !== null),
    tables: found.lines.length === 0 ? [] : stabilityTables(found, entries, trials),
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
