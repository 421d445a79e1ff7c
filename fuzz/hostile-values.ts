import fc from 'fast-check';

/** What may stand where a setting, a field of a record or a header is expected. */
export const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    false,
    0,
    -1,
    1,
    0.5,
    -0.5,
    1e-300,
    1e21,
    2 ** 31,
    2 ** 32,
    2 ** 53,
    Number.MAX_VALUE,
    '',
    ' ',
    '0',
    '1',
    '-1',
    'NaN',
    'Infinity',
    'true',
    'null',
    '__proto__',
    'constructor',
    'toString',
    '../../etc/passwd',
    '\u001b[31mred',
    'a\u0000b',
    'a\nb',
    '‮backwards',
    'x'.repeat(3000),
    '1ep',
    '-1ep',
    '1e999ep',
    '99999999999999999999ep',
    '[',
  ),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.string({ maxLength: 12, unit: 'binary' }),
  fc.constantFrom<unknown>([], {}, [[]], [null], [0, 0], [1e9, 1e9], { '': 0 }, { name: null }, { number: 'x' }, [
    [[[[[]]]]],
  ]),
  fc.jsonValue({ maxDepth: 2 }),
);

/** What is done to plain data. */
export interface Change {
  readonly kind: 'replace' | 'remove' | 'add' | 'swap' | 'repeat' | 'rename';
  /** Which of the places in it. */
  readonly at: number;
  readonly other: number;
  readonly key: string;
  readonly value: unknown;
}

const change: fc.Arbitrary<Change> = fc.record({
  kind: fc.constantFrom('replace', 'replace', 'replace', 'remove', 'add', 'swap', 'repeat', 'rename'),
  at: fc.nat(2 ** 20),
  other: fc.nat(2 ** 20),
  key: fc.oneof(
    fc.constantFrom('__proto__', 'constructor', 'toString', 'length', '', '0', 'name', 'format', 'sha256'),
    fc.string({ maxLength: 6, unit: 'binary' }),
  ),
  value: hostileValue,
});

export const changes: fc.Arbitrary<readonly Change[]> = fc.array(change, { minLength: 1, maxLength: 4 });

type Group = Record<string, unknown> | unknown[];
interface Spot {
  readonly group: Group;
  readonly key: string;
}

function spotsOf(value: unknown, found: Spot[] = []): Spot[] {
  if (typeof value !== 'object' || value === null) return found;
  for (const key of Object.keys(value)) {
    found.push({ group: value as Group, key });
    spotsOf((value as Record<string, unknown>)[key], found);
  }
  return found;
}

const put = (group: Group, key: string, value: unknown) =>
  // An own field, whatever it is called.
  Object.defineProperty(group, key, { value, configurable: true, enumerable: true, writable: true });

/** Plain data after all changes, in a copy. */
export function altered(value: unknown, list: readonly Change[]): unknown {
  const copy = structuredClone(value);
  for (const { kind, at, other, key, value: hostile } of list) {
    const spots = spotsOf(copy);
    if (spots.length === 0) return hostile;
    const spot = spots[at % spots.length];
    const old = (spot.group as Record<string, unknown>)[spot.key];
    switch (kind) {
      case 'replace':
        put(spot.group, spot.key, structuredClone(hostile));
        break;
      case 'remove':
        if (Array.isArray(spot.group)) spot.group.splice(Number(spot.key), 1);
        else delete spot.group[spot.key];
        break;
      case 'add':
        if (Array.isArray(spot.group)) spot.group.push(structuredClone(hostile));
        else put(spot.group, key, structuredClone(hostile));
        break;
      case 'rename':
        if (Array.isArray(spot.group)) break;
        delete spot.group[spot.key];
        put(spot.group, key, old);
        break;
      case 'repeat':
        if (Array.isArray(spot.group)) spot.group.push(structuredClone(old));
        break;
      case 'swap': {
        const second = spots[other % spots.length];
        const theirs = (second.group as Record<string, unknown>)[second.key];
        put(spot.group, spot.key, structuredClone(theirs));
        put(second.group, second.key, structuredClone(old));
      }
    }
  }
  return copy;
}
