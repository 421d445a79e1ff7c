import type { RunSpecification } from '../../experiments/schema.js';
import { type InitialiserName, initialiserNames, initialisers } from '../../tickets/index.js';
import { usualDensities } from '../shared/ladder.js';
import { densities, several, type ValuesOf } from '../shared/options.js';
import { assembleSchemes } from '../shared/schemes/assemble.js';
import { compareStudy } from '../shared/schemes/compare.js';
import { initialisationFindings } from '../shared/schemes/control-findings.js';
import { describing, schemeNotes } from '../shared/schemes/findings.js';
import type { MeasuredStudy } from '../shared/schemes/found.js';
import { aboutSchemes } from '../shared/schemes/options.js';
import { planSchemes, type SchemeEntry, type SchemesPlan } from '../shared/schemes/plan.js';
import { sourcesOf } from '../shared/schemes/sources.js';
import { schemes } from '../shared/schemes/table.js';
import { controlTable, gridTable } from '../shared/schemes/tables.js';
import type { Study } from '../study.js';

const usual: readonly InitialiserName[] = [
  'glorot-normal',
  'he-normal',
  'lecun-normal',
  'glorot-uniform',
  'glorot-signed-constant',
  'orthogonal',
  'sparse',
  'lsuv',
];

const options = {
  densities: densities({ help: 'shares of weights kept', default: usualDensities }),
  only: several(initialiserNames, {
    help: `initialisers (lottery list initialisations; default: ${usual.join(',')})`,
    default: usual,
    what: 'initialiser',
  }),
};

/** An initialiser under iterative magnitude pruning. */
function entryOf(name: InitialiserName, { initialisation }: RunSpecification): SchemeEntry {
  const { title, source } = initialisers[name];
  return {
    name,
    // Figures have room for a name; what it means stands where the sources are.
    title: name,
    source: `${title} (${source})`,
    reference: null,
    inRounds: schemes.imp.inRounds,
    pruning: schemes.imp.pruning,
    over: { initialisation: { ...initialisation, name } },
  };
}

/** How much the initialisation matters, to dense networks and to tickets. */
export const initialisations: Study<ValuesOf<typeof options>, SchemesPlan, MeasuredStudy> = {
  name: 'initialisations',
  title: 'initialisers by densities, for tickets and their re-initialisations',
  about: aboutSchemes,
  examples: ['initialisations lenet-mnist --quick --densities 0.2'],
  options,
  plan: (base, { densities: asked, only }, facts) =>
    planSchemes(
      {
        study: 'initialisations',
        base,
        densities: asked,
        entries: [...new Set(only)].map((name) => entryOf(name, base)),
        controls: { reinitialise: 1, randomMask: 0 },
        dense: 'own',
      },
      facts,
    ),
  assemble: assembleSchemes,
  report({ found }) {
    const comparison = compareStudy(found);
    return {
      lead: 'How much the initialisation matters.',
      findings: describing(found, () => initialisationFindings(found, comparison)),
      notes: schemeNotes(comparison),
      tables: [gridTable(comparison, true), controlTable(comparison, false)].filter((table) => table !== null),
      sources: sourcesOf(found),
    };
  },
  figures: async () => (await import('./figures.js')).initialisationsFigures,
};
