import { estimatorOf } from '../../analysis/information/index.js';
import type { Figure } from '../../figures/finished-figure.js';
import type { StudyPage } from '../shared/page.js';
import type { StudyOutcome } from '../study.js';
import { informationClaims } from './claims.js';
import { planeAnimation } from './figures/animation.js';
import { curvesFigure } from './figures/curves.js';
import { planeFigure } from './figures/plane.js';
import { informationFindings, informationNotes } from './findings.js';
import type { InformationFound } from './found.js';
import { informationTables } from './tables.js';

/** The plane over training, then for each estimator the plane and the curves. */
export function informationFigures(found: InformationFound): Figure[] {
  if (found.courses.length === 0) return [];
  return [
    planeAnimation(found, found.estimators),
    ...found.estimators.flatMap((estimator) => [planeFigure(found, estimator), curvesFigure(found, estimator)]),
  ].filter((figure) => figure !== null);
}

/** The page of a study of the information plane. */
export function informationPage({ found }: StudyOutcome<InformationFound>): StudyPage {
  const claims = informationClaims(found);
  return {
    lead: 'What do winning tickets look like on the information plane, and does that depend on how information is estimated?',
    findings: informationFindings(found, claims),
    notes: informationNotes(found, claims),
    figures: informationFigures(found),
    tables: informationTables(found, claims),
    sources: [
      ['the plane', 'Shwartz-Ziv and Tishby, “Opening the black box of deep neural networks via information”, 2017'],
      [
        'its dependence',
        'Saxe et al., “On the information bottleneck theory of deep learning”, 2018: compression that comes of binning a saturating activation',
      ],
      ...found.estimators.map((estimator): [string, string] => {
        const { title, source } = estimatorOf(estimator);
        return [title, source];
      }),
    ],
  };
}
