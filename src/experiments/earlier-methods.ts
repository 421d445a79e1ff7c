/**
 * Records from before a method was as its authors have it. What they hold means what it meant then: settings that did not exist are
 * written out, and schemes that were changed have names of their own.
 */

/** Edition of the names of schemes in the options of studies: raised whenever a name comes to mean something else. */
export const EDITION = 2;

/** Schemes of the first edition by the names that they have now. */
const schemesOfFirst: Readonly<Record<string, string>> = { grasp: 'grasp-finite-difference' };

type Plain = { readonly [key: string]: unknown };

const isGroup = (value: unknown): value is Plain =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A recorded specification: GraSP without a word on its Hessian is by finite differences. */
export function ofEarlierMethods(specification: Plain): Plain {
  const { pruning } = specification;
  if (!isGroup(pruning) || pruning.score !== 'grasp' || pruning.hessian !== undefined) return specification;
  return { ...specification, pruning: { ...pruning, hessian: 'finite-difference' } };
}

/** Recorded options of a study, by the edition of the record. */
export function optionsOfEdition(options: Plain, edition = 1): Plain {
  const { only } = options;
  if (edition >= EDITION || !Array.isArray(only)) return options;
  return { ...options, only: only.map((name) => schemesOfFirst[name] ?? name) };
}
