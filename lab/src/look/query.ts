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
