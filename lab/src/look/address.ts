import { hrefOf, replaceAddress } from '../place.js';

/** What is chosen on a page of this room, as its address has it: `measure=test-end&levels=0,3`. */
export type Chosen = ReadonlyMap<string, string>;

export const chosenIn = (query: string): Chosen => new Map(new URLSearchParams(query));

/** The query with some choices changed; null or an empty text removes one. */
export function withChoices(chosen: Chosen, changes: Readonly<Record<string, string | null>>): string {
  const changed = new Map(chosen);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === '') changed.delete(name);
    else changed.set(name, value);
  }
  // Commas and colons may stand in the part of an address after its hash, and are read more easily so.
  return new URLSearchParams([...changed]).toString().replaceAll('%2C', ',').replaceAll('%3A', ':');
}

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

/** Whole numbers apart by commas; null where the address has none. */
export function numbersIn(text: string | undefined): readonly number[] | null {
  if (text === undefined) return null;
  return text.split(',').map(Number).filter(Number.isFinite);
}

/** A range of x: both ends are numbers and the first is less. */
export function rangeIn(chosen: Chosen): readonly [number, number] | null {
  const [from, to] = [Number(chosen.get('from') ?? Number.NaN), Number(chosen.get('to') ?? Number.NaN)];
  return from < to ? [from, to] : null;
}
