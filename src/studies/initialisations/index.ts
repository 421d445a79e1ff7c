import type { RunSpecification } from '../../experiments/schema.js';
import { type InitialiserName, initialiserNames, initialisers } from '../../tickets/index.js';
import { usualDensities } from '../shared/ladder.js';
import { densities, several } from '../shared/options.js';
import type { SchemeEntry } from '../shared/schemes/plan.js';
import { studyOfSchemes } from '../shared/schemes/study.js';
import { schemes } from '../shared/schemes/table.js';
import { controlTable, gridTable } from '../shared/schemes/tables.js';
import { initialisationFindings } from './findings.js';

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
export const initialisations = studyOfSchemes({
  name: 'initialisations',
  title: 'initialisers by densities, for tickets and their re-initialisations',
  examples: ['initialisations lenet-mnist --quick --densities 0.2'],
  options,
  entries: ({ only }, base) => [...new Set(only)].map((name) => entryOf(name, base)),
  controls: () => ({ reinitialise: 1, randomMask: 0 }),
  dense: 'own',
  lead: 'How much the initialisation matters.',
  findings: initialisationFindings,
  tables: (comparison) => [gridTable(comparison, true), controlTable(comparison)],
  figures: async () => (await import('./figures.js')).initialisationsFigures,
});
