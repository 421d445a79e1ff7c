import { assembleSchemes } from '../shared/schemes/assemble.js';
import { compareStudy } from '../shared/schemes/compare.js';
import { schemeFindings } from '../shared/schemes/control-findings.js';
import { describing, schemeNotes } from '../shared/schemes/findings.js';
import type { MeasuredStudy } from '../shared/schemes/found.js';
import { aboutSchemes, type SchemesOptions, schemeEntries, schemeOptions } from '../shared/schemes/options.js';
import { planSchemes, type SchemesPlan } from '../shared/schemes/plan.js';
import { sourcesOf } from '../shared/schemes/sources.js';
import { sanitySchemes } from '../shared/schemes/table.js';
import { controlTable, gridTable } from '../shared/schemes/tables.js';
import type { Study } from '../study.js';

/** Methods for finding tickets beside their controls: the sanity check of Frankle et al. 2021. */
export const schemes: Study<SchemesOptions, SchemesPlan, MeasuredStudy> = {
  name: 'schemes',
  title: 'schemes by densities, each ticket beside its mask shuffled and its weights re-initialised',
  about: aboutSchemes,
  examples: ['schemes --only imp,snip,synflow,random --densities 0.2,0.02'],
  options: schemeOptions(sanitySchemes),
  plan: (base, { densities, only }, facts) =>
    planSchemes(
      {
        study: 'schemes',
        base,
        densities,
        entries: schemeEntries(only),
        controls: { reinitialise: 1, randomMask: 1 },
        dense: 'shared',
      },
      facts,
    ),
  assemble: assembleSchemes,
  report({ found }) {
    const comparison = compareStudy(found);
    return {
      lead: 'Methods for finding tickets, beside their controls.',
      findings: describing(found, () => schemeFindings(found, comparison)),
      notes: schemeNotes(comparison),
      tables: [gridTable(comparison, false), controlTable(comparison, true)].filter((table) => table !== null),
      sources: sourcesOf(found),
    };
  },
  figures: async () => (await import('./figures.js')).schemesFigures,
};
