import fc from 'fast-check';

/** What is done to bytes. Places are numbers of any size, taken into what there is, so that shrinking keeps them in place. */
export type Mutation =
  | { readonly kind: 'flip'; readonly at: Place; readonly bit: number }
  | { readonly kind: 'set'; readonly at: Place; readonly value: number }
  | { readonly kind: 'truncate'; readonly at: Place }
  | { readonly kind: 'remove' | 'repeat' | 'zero'; readonly at: Place; readonly length: number }
  | { readonly kind: 'insert'; readonly at: Place; readonly bytes: Uint8Array }
  | { readonly kind: 'splice' | 'swap'; readonly at: Place; readonly from: Place; readonly length: number }
  | {
      readonly kind: 'number';
      readonly at: Place;
      readonly value: bigint;
      readonly width: number;
      readonly little: boolean;
    };

export interface Place {
  /** Near the beginning, near the end, or anywhere: headers and directories are where most is decided. */
  readonly zone: 'start' | 'end' | 'any';
  readonly at: number;
}

/** How far a beginning and an end reach. */
const NEAR = 96;

const place: fc.Arbitrary<Place> = fc.record({
  zone: fc.constantFrom('start', 'end', 'any'),
  at: fc.nat(2 ** 30),
});
const length = fc.oneof(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 200 }));

/** Numbers at which sizes and counts go wrong. */
export const hostileNumbers = [
  0n,
  1n,
  2n,
  3n,
  0x7fn,
  0x80n,
  0xffn,
  0x100n,
  0x7fffn,
  0x8000n,
  0xffffn,
  0x10000n,
  0xffffffn,
  0x7fffffffn,
  0x80000000n,
  0xfffffffen,
  0xffffffffn,
  0x100000000n,
  1n << 40n,
  (1n << 53n) - 1n,
  1n << 53n,
  (1n << 63n) - 1n,
  1n << 63n,
  (1n << 64n) - 1n,
] as const;

const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('flip' as const), at: place, bit: fc.nat(7) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('set' as const), at: place, value: fc.nat(255) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('truncate' as const), at: place }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom('remove' as const, 'repeat' as const, 'zero' as const),
      at: place,
      length,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('insert' as const),
      at: place,
      bytes: fc.uint8Array({ minLength: 1, maxLength: 24 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom('splice' as const, 'swap' as const),
      at: place,
      from: place,
      length,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('number' as const),
      at: place,
      value: fc.constantFrom(...hostileNumbers),
      width: fc.constantFrom(1, 2, 4, 8),
      little: fc.boolean(),
    }),
  },
);

/** Some mutations, most often one. */
export const mutations: fc.Arbitrary<readonly Mutation[]> = fc.oneof(
  { weight: 3, arbitrary: fc.array(mutation, { minLength: 1, maxLength: 1 }) },
  { weight: 2, arbitrary: fc.array(mutation, { minLength: 2, maxLength: 5 }) },
);

function placeIn({ zone, at }: Place, size: number): number {
  const near = Math.min(NEAR, size);
  if (zone === 'start') return at % (near + 1);
  return zone === 'end' ? size - (at % (near + 1)) : at % (size + 1);
}

const joined = (...parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));

function changed(bytes: Uint8Array, change: Mutation): Uint8Array {
  const at = placeIn(change.at, bytes.length);
  switch (change.kind) {
    case 'flip':
      return at < bytes.length ? bytes.with(at, bytes[at] ^ (1 << change.bit)) : bytes;
    case 'set':
      return at < bytes.length ? bytes.with(at, change.value) : bytes;
    case 'truncate':
      return bytes.slice(0, at);
    case 'remove':
      return joined(bytes.subarray(0, at), bytes.subarray(at + change.length));
    case 'repeat':
      return joined(bytes.subarray(0, at + change.length), bytes.subarray(at));
    case 'zero':
      return bytes.slice().fill(0, at, at + change.length);
    case 'insert':
      return joined(bytes.subarray(0, at), change.bytes, bytes.subarray(at));
    case 'splice': {
      const from = placeIn(change.from, bytes.length);
      const copy = bytes.slice();
      copy.set(bytes.subarray(from, Math.min(from + change.length, from + bytes.length - at)), at);
      return copy;
    }
    case 'swap': {
      const from = placeIn(change.from, bytes.length);
      const size = Math.max(0, Math.min(change.length, Math.abs(from - at), bytes.length - Math.max(at, from)));
      const copy = bytes.slice();
      copy.set(bytes.subarray(from, from + size), at);
      copy.set(bytes.subarray(at, at + size), from);
      return copy;
    }
    case 'number': {
      const number = new Uint8Array(8);
      new DataView(number.buffer).setBigUint64(0, change.value, true);
      const own = number.subarray(0, change.width);
      const copy = bytes.slice();
      copy.set((change.little ? own : own.slice().reverse()).subarray(0, bytes.length - at), at);
      return copy;
    }
  }
}

/** Bytes after all mutations, in a copy. */
export const mutated = (bytes: Uint8Array, changes: readonly Mutation[]): Uint8Array =>
  changes.reduce(changed, new Uint8Array(bytes));
