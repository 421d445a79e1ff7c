import { usualDensities } from '../ladder.js';
import { densities, several, type ValuesOf } from '../options.js';
import type { SchemeEntry } from './plan.js';
import { type Scheme, type SchemeName, schemeNames, schemes, usualSchemes } from './table.js';

/** Options of a study of schemes. */
export const schemeOptions = (usual: readonly SchemeName[]) => ({
  densities: densities({ help: 'shares of weights kept', default: usualDensities }),
  only: several(schemeNames, {
    help: `schemes (lottery list schemes; default: ${usual === usualSchemes ? 'all but earlier forms' : usual.join(',')})`,
    default: usual,
    what: 'scheme',
  }),
});

export type SchemesOptions = ValuesOf<ReturnType<typeof schemeOptions>>;

/** Schemes as a study plans them. */
export const schemeEntries = (names: readonly SchemeName[]): SchemeEntry[] =>
  [...new Set(names)].map((name): SchemeEntry => {
    const { title, source, reference, inRounds = false, pruning }: Scheme = schemes[name];
    return { name, title, source, reference: reference ?? null, inRounds, pruning };
  });
