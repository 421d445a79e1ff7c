import { hrefOf, replaceAddress } from '../place.js';
import { type Chosen, withChoices } from './query.js';

/** The address of a page of this room, in the same store. */
export function lookHref(
  chosen: Chosen,
  path: readonly string[],
  choices: Readonly<Record<string, string>> = {},
): string {
  const store = chosen.get('in');
  const query = withChoices(new Map(store === undefined ? [] : [['in', store]]), choices);
  return `${hrefOf('look', ...path)}${query === '' ? '' : `?${query}`}`;
}

/** Changes choices of the page that is shown. */
export function choose(
  path: readonly string[],
  chosen: Chosen,
  changes: Readonly<Record<string, string | null>>,
): void {
  const query = withChoices(chosen, changes);
  replaceAddress(`${hrefOf('look', ...path)}${query === '' ? '' : `?${query}`}`);
}
