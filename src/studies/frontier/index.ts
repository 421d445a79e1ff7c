import { assembleSchemes } from '../shared/schemes/assemble.js';
import { compareStudy } from '../shared/schemes/compare.js';
import { describing, schemeNotes } from '../shared/schemes/findings.js';
import type { MeasuredStudy } from '../shared/schemes/found.js';
import { aboutSchemes, type SchemesOptions, schemeEntries, schemeOptions } from '../shared/schemes/options.js';
import { planSchemes, type SchemesPlan } from '../shared/schemes/plan.js';
import { sourcesOf } from '../shared/schemes/sources.js';
import { schemeNames } from '../shared/schemes/table.js';
import { costTable, qualityTable } from '../shared/schemes/tables.js';
import type { Study } from '../study.js';
import { frontierFindings } from './findings.js';

/** What a winning ticket costs to find: the quality of every scheme's tickets against the cost of finding them. */
export const frontier: Study<SchemesOptions, SchemesPlan, MeasuredStudy> = {
  name: 'frontier',
  title: 'quality against the cost of finding the ticket, for every scheme',
  about: aboutSchemes,
  examples: ['frontier lenet-mnist --trials 3 --set iterations=12000'],
  options: schemeOptions(schemeNames),
  plan: (base, { densities, only }, facts) =>
    planSchemes(
      {
        study: 'frontier',
        base,
        densities,
        entries: schemeEntries(only),
        controls: { reinitialise: 0, randomMask: 0 },
        dense: 'shared',
      },
      facts,
    ),
  assemble: assembleSchemes,
  report({ found }) {
    const comparison = compareStudy(found);
    return {
      lead: 'What a winning ticket costs to find.',
      findings: describing(found, () => frontierFindings(comparison)),
      notes: schemeNotes(comparison),
      tables: [qualityTable(comparison), costTable(comparison)],
      sources: sourcesOf(found),
    };
  },
  figures: async () => (await import('./figures/index.js')).frontierFigures,
};
