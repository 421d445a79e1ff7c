import { schemeEntries, schemeOptions } from '../shared/schemes/options.js';
import { studyOfSchemes } from '../shared/schemes/study.js';
import { schemeNames } from '../shared/schemes/table.js';
import { costTable, qualityTable } from '../shared/schemes/tables.js';
import { frontierFindings } from './findings.js';

/** What a winning ticket costs to find: the quality of every scheme's tickets against the cost of finding them. */
export const frontier = studyOfSchemes({
  name: 'frontier',
  title: 'quality against the cost of finding the ticket, for every scheme',
  examples: ['frontier lenet-mnist --trials 3 --set iterations=12000'],
  options: schemeOptions(schemeNames),
  entries: ({ only, methods }) => schemeEntries(only, methods),
  controls: () => ({ reinitialise: 0, randomMask: 0 }),
  dense: 'shared',
  lead: 'What a winning ticket costs to find.',
  findings: frontierFindings,
  tables: (comparison) => [qualityTable(comparison), costTable(comparison)],
  figures: async () => (await import('./figures/index.js')).frontierFigures,
});
