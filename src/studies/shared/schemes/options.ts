import { usualDensities } from '../ladder.js';
import { choice, densities, several, since, type ValuesOf } from '../options.js';
import type { SchemeEntry } from './plan.js';
import { type MethodWay, methodWays, type Scheme, type SchemeName, schemeNames, schemes } from './table.js';

/** Options of a study of schemes. */
export const schemeOptions = (usual: readonly SchemeName[]) => ({
  densities: densities({ help: 'shares of weights kept', default: usualDensities }),
  only: several(schemeNames, {
    help: `schemes (lottery list schemes; default: ${usual.length === schemeNames.length ? 'all' : usual.join(',')})`,
    default: usual,
    what: 'scheme',
  }),
  methods: since(
    choice<MethodWay>(methodWays, {
      help: 'schemes as their authors have them, or as in studies from before there was a choice',
      default: 'authors',
      placeholder: 'way',
    }),
    'earlier',
  ),
});

export type SchemesOptions = ValuesOf<ReturnType<typeof schemeOptions>>;

/** Schemes as a study plans them. */
export const schemeEntries = (names: readonly SchemeName[], methods: MethodWay): SchemeEntry[] =>
  [...new Set(names)].map((name): SchemeEntry => {
    const { title, source, reference, inRounds = false, pruning, channels, earlier }: Scheme = schemes[name];
    const common = { name, title, source, reference: reference ?? null, inRounds };
    if (methods === 'earlier' && earlier !== undefined) return { ...common, pruning: earlier };
    return { ...common, pruning, ...(channels === undefined ? {} : { channels }) };
  });
