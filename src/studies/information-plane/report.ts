import { estimatorOf } from '../../analysis/information/index.js';
import type { StudyOutcome, StudyReport } from '../study.js';
import { informationClaims } from './claims.js';
import { informationFindings, informationNotes } from './findings.js';
import type { InformationFound } from './found.js';
import { informationTables } from './tables.js';

export function informationReport({ found }: StudyOutcome<InformationFound>): StudyReport {
  const claims = informationClaims(found);
  return {
    lead: 'What do winning tickets look like on the information plane, and does that depend on how information is estimated?',
    findings: informationFindings(found, claims),
    notes: informationNotes(found, claims),
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
