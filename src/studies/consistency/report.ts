import type { StudyOutcome, StudyReport } from '../study.js';
import { consistencyFindings, consistencyNotes } from './findings.js';
import type { ConsistencyFound } from './found.js';
import { consistencyTables } from './tables.js';

export function consistencyReport({ found }: StudyOutcome<ConsistencyFound>): StudyReport {
  const isMatched = found.variations.some(({ plannedMatchings }) => plannedMatchings > 0);
  return {
    lead: 'Does training and pruning find the same ticket each time, or a different one?',
    findings: consistencyFindings(found),
    notes: consistencyNotes(found),
    tables: consistencyTables(found),
    sources: [
      ['tickets', 'iterative magnitude pruning; Frankle and Carbin 2019'],
      ['overlap against chance', 'the hypergeometric law, layer by layer; of several masks the Poisson binomial law'],
      ['intervals over pairs', 'the jackknife of U-statistics; Arvesen 1969, Efron and Stein 1981'],
      ...(isMatched
        ? ([
            [
              'matching of hidden units',
              'weight matching, algorithm 1 of Ainsworth, Hayase and Srinivasa 2023 (“Git Re-Basin”); linear assignment by Jonker and Volgenant 1987',
            ],
            ['masks wired anew', 'trades between rows that keep all degrees; Strona et al. 2014 (“curveball”)'],
          ] as const)
        : []),
    ],
  };
}
