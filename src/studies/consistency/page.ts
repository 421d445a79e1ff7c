import type { Figure } from '../../figures/finished-figure.js';
import type { StudyPage } from '../shared/page.js';
import type { StudyOutcome } from '../study.js';
import { coreAndUnion, corePixels, keptByHowMany } from './figures/agreement.js';
import { layerCurves, matchingCurves, overlapCurves } from './figures/curves.js';
import { overlapMaps } from './figures/maps.js';
import { neuronFigure, pixelCurves } from './figures/parts.js';
import { consistencyFindings, consistencyNotes } from './findings.js';
import type { ConsistencyFound } from './found.js';
import { consistencyTables } from './tables.js';

/** Every figure of a study of consistency. */
export function consistencyFigures(found: ConsistencyFound, document: Document): Figure[] {
  const all = [
    overlapMaps,
    overlapCurves,
    matchingCurves,
    layerCurves,
    coreAndUnion,
    keptByHowMany,
    corePixels,
    neuronFigure,
    pixelCurves,
  ];
  return all.map((make) => make(found, document)).filter((figure) => figure !== null);
}

/** The page of a study of consistency. */
export function consistencyPage({ found }: StudyOutcome<ConsistencyFound>, document: Document): StudyPage {
  const isMatched = found.variations.some(({ plannedMatchings }) => plannedMatchings > 0);
  return {
    lead: 'Does training and pruning find the same ticket each time, or a different one?',
    findings: consistencyFindings(found),
    notes: consistencyNotes(found),
    figures: consistencyFigures(found, document),
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
