import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { smallNetworks, smallShape } from '../../../test/fixtures/small-networks.js';
import { namedNetworks } from '../../networks/named.js';
import { fullMask, type Mask, type Network, prunableParameters } from '../../networks/network.js';
import { buildStack } from '../../networks/stack.js';
import { StreamReader, stream } from '../../random/stream.js';
import { coverageOf, inputVariances } from './coverage.js';
import { degreesOf, spreadOf } from './degrees.js';
import { gradientOf } from './gradients.js';
import { maskProperties } from './of-mask.js';
import { pathsOf } from './paths.js';
import { propertyIds, ticketProperties } from './table.js';
import { unitsOf } from './units.js';
import { valuesOf } from './values.js';

const randomMask = (network: Network, density: number, seed: number): Map<string, Uint8Array> => {
  const reader = new StreamReader(stream(seed, 'mask'));
  return new Map(
    prunableParameters(network).map(({ name, size }) => [
      name,
      Uint8Array.from({ length: size }, () => (reader.uniform() < density ? 1 : 0)),
    ]),
  );
};

const image = { channels: 1, height: 1, width: 4 };

/** Every path of a stack, one by one, as the units that it passes layer by layer. */
function listPaths(widths: readonly number[], mask: Mask): number[][] {
  let paths = Array.from({ length: widths[0] }, (_, input) => [input]);
  for (let layer = 1; layer < widths.length; layer++) {
    const bits = mask.get(`fc${layer}.weight`) as Uint8Array;
    paths = paths.flatMap((path) =>
      Array.from({ length: widths[layer] }, (_, unit) => unit).flatMap((unit) =>
        bits[unit * widths[layer - 1] + (path.at(-1) as number)] === 1 ? [[...path, unit]] : [],
      ),
    );
  }
  return paths;
}

describe('paths and units', () => {
  it('are those found one by one in any stack', () => {
    const hidden = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(hidden, fc.constantFrom(0.2, 0.5, 0.9), fc.nat(999), (layers, density, seed) => {
        const network = buildStack('stack', { hidden: layers, activation: 'relu' }, image, 3);
        const mask = randomMask(network, density, seed);
        const widths = [4, ...layers, 3];
        const paths = listPaths(widths, mask);
        const found = pathsOf(network, mask);
        if (paths.length === 0) expect(found.logCount).toBeNull();
        else expect(found.logCount).toBeCloseTo(Math.log10(paths.length), 10);
        const weights = (layer: number, matches: (output: number, input: number) => boolean) =>
          [...(mask.get(`fc${layer}.weight`) as Uint8Array)].filter(
            (bit, place) => bit === 1 && matches(Math.floor(place / widths[layer - 1]), place % widths[layer - 1]),
          ).length;
        const expected = layers.map((units, at) => {
          const live = Array.from({ length: units }, (_, unit) => unit).filter((unit) =>
            paths.some((path) => path[at + 1] === unit),
          );
          const narrow = live.filter(
            (unit) =>
              weights(at + 1, (output) => output === unit) === 1 || weights(at + 2, (_, input) => input === unit) === 1,
          );
          return { layer: `fc${at + 1}`, units, live: live.length, bottlenecks: narrow.length };
        });
        expect(unitsOf(network, mask, found)).toEqual(expected);
      }),
      { numRuns: 150 },
    );
  });

  it('are all live in any dense network, and none where nothing survives', () => {
    fc.assert(
      fc.property(smallNetworks, (network) => {
        const whole = fullMask(network);
        const dense = unitsOf(network, whole, pathsOf(network, whole));
        expect(dense.map(({ live }) => live)).toEqual(dense.map(({ units }) => units));
        const none = new Map([...whole].map(([name, bits]) => [name, bits.map(() => 0)]));
        const paths = pathsOf(network, none);
        expect(paths.logCount).toBeNull();
        expect(unitsOf(network, none, paths).every(({ live, bottlenecks }) => live + bottlenecks === 0)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  it('do not change when weights of dead units are pruned', () => {
    fc.assert(
      fc.property(smallNetworks, fc.nat(999), (network, seed) => {
        const mask = randomMask(network, 0.25, seed);
        const paths = pathsOf(network, mask);
        const passed = new Map(
          [...mask].map(([name, bits]) => [name, bits.map((bit, i) => (bit && paths.over.get(name)?.[i] ? 1 : 0))]),
        );
        const again = pathsOf(network, passed);
        if (paths.logCount === null) expect(again.logCount).toBeNull();
        else expect(again.logCount).toBeCloseTo(paths.logCount, 9);
        const live = (given: Mask, found: typeof paths) => unitsOf(network, given, found).map((group) => group.live);
        expect(live(passed, again)).toEqual(live(mask, paths));
      }),
      { numRuns: 60 },
    );
  });

  it('are counted beyond what a double holds, and through batch normalisation', () => {
    const network = buildStack('deep', { hidden: new Array(300).fill(16), activation: 'relu' }, smallShape, 3);
    expect(pathsOf(network, fullMask(network)).logCount).toBeCloseTo(Math.log10(32 * 3) + 300 * Math.log10(16), 8);
    const resnet = namedNetworks['resnet-20'].build({ channels: 3, height: 8, width: 8 }, 10);
    expect(pathsOf(resnet, fullMask(resnet)).logCount).toBeGreaterThan(20);
  });
});

describe('degrees', () => {
  it('have the Gini coefficient and the variance of the textbook', () => {
    // Mean absolute difference over twice the mean: of 1, 2, 3, 4 it is (20 / 16) / 5.
    expect(spreadOf([3, 1, 4, 2])).toEqual({ mean: 2.5, variance: 1.25, most: 4, gini: 0.25 });
    expect(spreadOf([5, 5, 5])).toMatchObject({ variance: 0, gini: 0 });
    expect(spreadOf([0, 0, 0, 12]).gini).toBe(0.75);
    expect(spreadOf([0, 0])).toEqual({ mean: 0, variance: 0, most: 0, gini: null });
  });

  it('count the survivors of rows and columns, channels in a convolution', () => {
    const network = buildStack('stack', { hidden: [2], activation: 'relu' }, image, 3);
    const mask = new Map([['fc1.weight', Uint8Array.of(1, 1, 0, 1, 0, 1, 0, 0)]]);
    const [first, second] = degreesOf(network, mask);
    expect(first).toMatchObject({ layer: 'fc1', in: { mean: 2, most: 3 }, out: { mean: 1, most: 2 } });
    expect(first.out.gini).toBeCloseTo(spreadOf([1, 2, 0, 1]).gini as number, 12);
    expect(second).toMatchObject({ in: { mean: 2, variance: 0 }, out: { mean: 3, variance: 0 } });
    const resnet = namedNetworks['resnet-20'].build({ channels: 3, height: 8, width: 8 }, 10);
    expect(degreesOf(resnet, new Map())[0]).toMatchObject({ in: { mean: 27 }, out: { mean: 16 * 9 } });
  });
});

describe('coverage', () => {
  const network = buildStack('stack', { hidden: [2], activation: 'relu' }, image, 3);
  const reading = (...bits: number[]): Mask => new Map([['fc1.weight', Uint8Array.from(bits)]]);

  it('is of the inputs that some weight reads, and of the variance they carry', () => {
    const found = coverageOf(network, reading(1, 1, 0, 0, 1, 0, 0, 0), [0, 6, 3, 1]);
    expect(found).toMatchObject({ deadInputs: 0.5, varianceRead: 0.6, weightsOnVarying: 1 / 3 });
    const [a, b] = [2 / 3, 1 / 3];
    expect(found.entropy).toBeCloseTo(-(a * Math.log(a) + b * Math.log(b)) / Math.log(4), 12);
  });

  it('is whole where everything is read alike, and says what is not defined', () => {
    const whole = coverageOf(network, reading(1, 1, 1, 1, 1, 1, 1, 1), [1, 1, 0, 1]);
    expect(whole).toEqual({ deadInputs: 0, varianceRead: 1, weightsOnVarying: 0.75, entropy: expect.closeTo(1, 12) });
    const none = coverageOf(network, reading(0, 0, 0, 0, 0, 0, 0, 0), [0, 0, 0, 0]);
    expect(none).toEqual({ deadInputs: 1, varianceRead: null, weightsOnVarying: null, entropy: null });
  });

  it('knows an input that never varies exactly', () => {
    const images = Uint8Array.of(7, 0, 255, 7, 1, 0, 7, 2, 255, 9, 9, 9);
    expect([...inputVariances(images, Int32Array.of(0, 1, 2), 3)]).toEqual([
      0,
      expect.closeTo(2 / 3, 12),
      expect.closeTo((2 * 255 * 255) / 9, 8),
    ]);
    expect([...inputVariances(images, new Int32Array(), 3)]).toEqual([0, 0, 0]);
  });
});

describe('values and gradients', () => {
  const network = buildStack('stack', { hidden: [1], activation: 'relu' }, { channels: 1, height: 1, width: 2 }, 2);
  const tensors = (first: number[], second: number[]) =>
    new Map([
      ['fc1.weight', Float32Array.from(first)],
      ['fc1.bias', Float32Array.of(9)],
      ['fc2.weight', Float32Array.from(second)],
      ['fc2.bias', Float32Array.of(9, 9)],
    ]);
  const mask: Mask = new Map([
    ['fc1.weight', Uint8Array.of(1, 0)],
    ['fc2.weight', Uint8Array.of(1, 1)],
  ]);

  it('are of survivors, each layer in units of what it was drawn with', () => {
    const found = valuesOf(network, mask, tensors([6, -100], [-1, 2]), tensors([3, 4], [0.5, -0.5]));
    const first = 6 / Math.sqrt(12.5);
    expect(found).toEqual({
      layers: [
        { layer: 'fc1', kept: 1, total: 2, positive: 1, magnitude: expect.closeTo(first, 12) },
        { layer: 'fc2', kept: 2, total: 2, positive: 0.5, magnitude: 3 },
      ],
      positive: 2 / 3,
      magnitude: expect.closeTo((first + 6) / 3, 12),
    });
    const none = new Map([...mask].map(([name, bits]) => [name, bits.map(() => 0)]));
    expect(valuesOf(network, none, tensors([1, 1], [1, 1]), tensors([1, 1], [1, 1]))).toMatchObject({
      positive: null,
      magnitude: null,
    });
  });

  it('flow through layers, pruned weights left out', () => {
    const gradient = new Map([
      ['fc1.weight', Float64Array.of(3, 50)],
      ['fc2.weight', Float64Array.of(0, 4)],
    ]);
    const found = gradientOf(network, mask, gradient);
    expect(found).toMatchObject({
      norm: 5,
      decrease: 25,
      layers: [
        { layer: 'fc1', norm: 3, rms: 3 },
        { layer: 'fc2', norm: 4 },
      ],
    });
    expect(found.spread).toBeCloseTo(Math.log10(3 / Math.sqrt(8)), 12);
    const flat = new Map([...gradient].map(([name, values]) => [name, values.map(() => 0)]));
    expect(gradientOf(network, mask, flat)).toMatchObject({ norm: 0, spread: null });
  });
});

describe('the table of properties', () => {
  it('says what each is, and a mask tells all that it says a mask tells', () => {
    for (const id of propertyIds) {
      const { title, meaning, source } = ticketProperties[id];
      expect(title.length).toBeLessThan(36);
      expect(meaning).toMatch(/\.$/);
      expect(source).not.toBe('');
    }
    const network = buildStack('stack', { hidden: [5, 4], activation: 'relu' }, image, 3);
    const { values } = maskProperties(network, randomMask(network, 0.7, 1), [1, 0, 2, 3]);
    expect(Object.keys(values)).toEqual(propertyIds.filter((id) => ticketProperties[id].of === 'mask'));
    for (const value of Object.values(values)) expect(Number.isFinite(value)).toBe(true);
  });
});
