import {
  type ConsistencyFound,
  consistencyFindings,
  consistencyNotes,
  consistencyTables,
} from '../../analysis/consistency/index.js';
import type { StudyOutcome } from '../../experiments/studies/study.js';
import type { Figure } from '../figure.js';
import type { StudyPage } from '../study-page.js';
import { coreAndUnion, corePixels, keptByHowMany } from './agreement.js';
import { layerCurves, matchingCurves, overlapCurves } from './curves.js';
import { overlapMaps } from './maps.js';
import { neuronFigure, pixelCurves } from './parts.js';

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
