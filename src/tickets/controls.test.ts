import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildDescribed } from '../networks/described.js';
import { type Mask, type Network, prunableParameters } from '../networks/network.js';
import { StreamReader, stream } from '../random/stream.js';
import { invertedMask, randomMask, shuffledMask, spreadMask } from './controls.js';
import { maskDigest } from './digest.js';
import { countOf, fullMask } from './mask.js';

const network = buildDescribed(
  'maps',
  [
    { convolution: 8 },
    'relu',
    { convolution: 10 },
    'relu',
    'global-average-pool',
    { linear: 30 },
    'relu',
    { linear: 5 },
  ],
  { channels: 3, height: 4, width: 4 },
  5,
);
const parameters = prunableParameters(network);

/** A mask with a density of its own in each layer, and in each row of it. */
function ticket(seed: number, densities: readonly number[]): Map<string, Uint8Array> {
  return new Map(
    parameters.map(({ name, size, shape: [outputs] }, index): [string, Uint8Array] => {
      const reader = new StreamReader(stream(seed, 'ticket', index));
      const across = size / outputs;
      const density = (i: number) => densities[index] * (0.3 + (1.4 * Math.floor(i / across)) / outputs);
      return [name, Uint8Array.from({ length: size }, (_, i) => (reader.uniform() < density(i) ? 1 : 0))];
    }),
  );
}

const tickets = fc
  .tuple(
    fc.integer({ min: 0, max: 1e6 }),
    fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 4, maxLength: 4 }),
  )
  .map(([seed, densities]) => ticket(seed, densities));
const seeds = fc.integer({ min: 0, max: 2 ** 40 });

const counts = (mask: Mask) => [...mask.values()].map((bits) => countOf(bits));
const bitsOf = (mask: Mask, name: string) => mask.get(name) as Uint8Array;

/** For each output, and for each input, of a layer: how many of its windows hold each pattern of survivors, as sorted texts. */
function margins(mask: Mask, { name, shape: [outputs, inputs], size }: (typeof parameters)[0]) {
  const area = size / (outputs * inputs);
  const window = (o: number, i: number) =>
    bitsOf(mask, name)
      .slice((o * inputs + i) * area, (o * inputs + i + 1) * area)
      .join('');
  const line = (length: number, at: (k: number) => string) =>
    Array.from({ length }, (_, k) => at(k))
      .sort()
      .join(' ');
  return {
    rows: Array.from({ length: outputs }, (_, o) => line(inputs, (i) => window(o, i))).sort(),
    columns: Array.from({ length: inputs }, (_, i) => line(outputs, (o) => window(o, i))).sort(),
  };
}

/** What of a ticket's survivors a control keeps, as a share, in a layer. */
function overlap(mask: Mask, control: Mask, name: string): number {
  const bits = bitsOf(mask, name);
  const other = bitsOf(control, name);
  return bits.reduce((sum, bit, i) => sum + (bit & other[i]), 0) / countOf(bits);
}

const sparse = ticket(3, [0.3, 0.3, 0.3, 0.3]);

describe('every control mask', () => {
  type Control = (network: Network, mask: Mask, seed: number) => Map<string, Uint8Array>;
  const controls: [string, Control][] = [
    ['random', (_, mask, seed) => randomMask(mask, seed)],
    ['shuffled', shuffledMask],
    ['inverted', (_, mask, seed) => invertedMask(mask, seed)],
    [
      'spread',
      (of, mask, seed) => spreadMask(of, new Map([...mask].map(([name, bits]) => [name, countOf(bits)])), seed),
    ],
  ];

  it.each(controls)('%s: as many survivors a layer, zeros and ones alone, the ticket untouched', (_, control) => {
    fc.assert(
      fc.property(tickets, seeds, (mask, seed) => {
        const before = structuredClone(mask);
        const made = control(network, mask, seed);
        expect([...made.keys()]).toEqual([...mask.keys()]);
        expect(counts(made)).toEqual(counts(mask));
        for (const bits of made.values()) expect(bits.every((bit) => bit <= 1)).toBe(true);
        expect(mask).toEqual(before);
      }),
      { numRuns: 30 },
    );
  });

  it.each(controls)(
    '%s: really changes which weights survive, the same for one seed and otherwise for another',
    (_, control) => {
      const made = control(network, sparse, 1);
      expect(maskDigest(control(network, sparse, 1))).toBe(maskDigest(made));
      expect(maskDigest(control(network, sparse, 2))).not.toBe(maskDigest(made));
      for (const { name } of parameters) {
        expect(bitsOf(made, name), name).not.toEqual(bitsOf(sparse, name));
        expect(overlap(sparse, made, name), name).toBeLessThan(0.6);
      }
    },
  );

  it.each(controls)('%s: layers of one shape are not changed alike', (_, control) => {
    const twins = buildDescribed(
      'twins',
      [{ linear: 48 }, 'relu', { linear: 48 }, 'relu', { linear: 48 }],
      { channels: 3, height: 4, width: 4 },
      48,
    );
    const bits = Uint8Array.from({ length: 48 * 48 }, (_, i) => ((i * i) % 7 < 2 ? 1 : 0));
    const mask = new Map(prunableParameters(twins).map(({ name }) => [name, bits]));
    const made = control(twins, mask, 4);
    const [one, two, three] = [...made.values()];
    expect(one).not.toEqual(two);
    expect(two).not.toEqual(three);
  });
});

describe('a shuffled mask', () => {
  it('keeps what every output and every input has, in whole windows', () => {
    fc.assert(
      fc.property(tickets, seeds, (mask, seed) => {
        const shuffled = shuffledMask(network, mask, seed);
        for (const parameter of parameters) expect(margins(shuffled, parameter)).toEqual(margins(mask, parameter));
      }),
      { numRuns: 30 },
    );
  });

  it('moves rows and columns both', () => {
    const shuffled = shuffledMask(network, sparse, 1);
    const [
      ,
      ,
      {
        name,
        shape: [outputs, inputs],
      },
    ] = parameters;
    const rows = (mask: Mask) =>
      Array.from({ length: outputs }, (_, o) => countOf(bitsOf(mask, name).slice(o * inputs, (o + 1) * inputs)));
    const columns = (mask: Mask) =>
      Array.from({ length: inputs }, (_, i) => countOf(bitsOf(mask, name).filter((_, k) => k % inputs === i)));
    expect(rows(shuffled)).not.toEqual(rows(sparse));
    expect(columns(shuffled)).not.toEqual(columns(sparse));
  });

  it('of a layer without a mask is whole', () => {
    expect(shuffledMask(network, new Map(), 1)).toEqual(fullMask(network));
  });
});

describe('an inverted mask', () => {
  it('has no weight of the ticket where the ticket pruned as many as it kept, and else all that it pruned', () => {
    fc.assert(
      fc.property(tickets, seeds, (mask, seed) => {
        const inverted = invertedMask(mask, seed);
        for (const [name, bits] of mask) {
          const other = bitsOf(inverted, name);
          const pruned = bits.length - countOf(bits);
          const both = bits.reduce((sum, bit, i) => sum + (bit & other[i]), 0);
          expect(both).toBe(Math.max(0, countOf(bits) - pruned));
        }
      }),
      { numRuns: 30 },
    );
  });

  it('draws from all that was pruned, not from its beginning', () => {
    const bits = Uint8Array.from({ length: 1000 }, (_, i) => (i < 100 ? 1 : 0));
    const places = [...bitsOf(invertedMask(new Map([['w', bits]]), 3), 'w').entries()].filter(([, bit]) => bit === 1);
    expect(places.reduce((sum, [place]) => sum + place, 0) / 100).toBeGreaterThan(450);
    expect(places.reduce((sum, [place]) => sum + place, 0) / 100).toBeLessThan(650);
  });
});

describe('a spread mask', () => {
  it('has the counts that are given, and leaves a tensor that is not named whole', () => {
    const given = new Map(parameters.slice(0, 3).map(({ name, size }, i) => [name, Math.floor(size / (i + 2))]));
    const made = spreadMask(network, given, 7);
    const [one, two, three, four] = parameters.map(({ size }) => size);
    expect(counts(made)).toEqual([Math.floor(one / 2), Math.floor(two / 3), Math.floor(three / 4), four]);
    // Places are drawn: as many in the first half as in the second, or nearly.
    const bits = bitsOf(made, parameters[1].name);
    expect(countOf(bits.slice(0, bits.length / 2)) / countOf(bits)).toBeCloseTo(0.5, 1);
  });
});
