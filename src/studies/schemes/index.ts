import { schemeEntries, schemeOptions } from '../shared/schemes/options.js';
import { studyOfSchemes } from '../shared/schemes/study.js';
import { sanitySchemes } from '../shared/schemes/table.js';
import { controlTable, gridTable } from '../shared/schemes/tables.js';
import { claimColumns } from './claims.js';
import { controlsOf, controlsOption } from './controls.js';
import { schemeFindings } from './findings.js';

/** Methods for finding tickets beside their controls: the sanity check of Frankle et al. 2021. */
export const schemes = studyOfSchemes({
  name: 'schemes',
  title: 'schemes by densities, each ticket beside its controls: other values, other masks, small dense networks',
  examples: ['schemes --only imp,snip,synflow,random --densities 0.2,0.02'],
  options: { ...schemeOptions(sanitySchemes), controls: controlsOption },
  entries: ({ only, methods }) => schemeEntries(only, methods),
  controls: ({ controls }) => controlsOf(controls),
  dense: 'shared',
  lead: 'Methods for finding tickets, beside their controls.',
  findings: schemeFindings,
  tables: (comparison) => [gridTable(comparison, false), controlTable(comparison, claimColumns)],
  figures: async () => (await import('./figures.js')).schemesFigures,
});
