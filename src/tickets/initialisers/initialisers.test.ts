import { beforeAll, describe, expect, it } from 'vitest';
import { type Kernels, loadKernels } from '../../kernels/index.js';
import { namedNetworks } from '../../networks/named.js';
import { type Parameter, parametersOf } from '../../networks/network.js';
import { buildStack } from '../../networks/stack.js';
import { tensorsDigest } from '../digest.js';
import { type InitialiserName, initialise, initialiserNames, initialisers } from './index.js';

let kernels: Kernels;

beforeAll(async () => {
  kernels = await loadKernels();
});

const network = buildStack(
  'net',
  { hidden: [200, 60], activation: 'relu' },
  { channels: 1, height: 10, width: 15 },
  10,
);
const resnet = namedNetworks['resnet-20'].build({ channels: 3, height: 8, width: 8 }, 10);
const conv2 = namedNetworks['conv-2'].build({ channels: 3, height: 8, width: 8 }, 10);

/** For an initialiser that looks at outputs: every variance is what it should be already. */
const settled = () => 1;

const first = (name: InitialiserName, seed = 1) =>
  initialise(network, name, seed, kernels.sampler, {}, settled).get('fc1.weight') as Float32Array;

const moment = (values: Float32Array, power: number) =>
  values.reduce((sum, value) => sum + value ** power, 0) / values.length;

describe('initialisers', () => {
  it.each(initialiserNames)('%s draws the same for one seed and something else for another', (name) => {
    expect(first(name)).toEqual(first(name));
    expect(first(name)).not.toEqual(first(name, 2));
    expect(first(name).every(Number.isFinite)).toBe(true);
    expect(initialisers[name].source).toMatch(/\d{4}/);
  });

  const variances: Record<string, (weights: Parameter) => number> = {
    glorot: ({ fanIn, fanOut }) => 2 / (fanIn + fanOut),
    he: ({ fanIn }) => 2 / fanIn,
    lecun: ({ fanIn }) => 1 / fanIn,
  };
  const [weights] = parametersOf(network);

  it.each(Object.keys(variances))('%s has its variance under every law', (scheme) => {
    const expected = variances[scheme](weights);
    for (const law of ['normal', 'uniform', 'truncated-normal', 'signed-constant']) {
      const values = first(`${scheme}-${law}` as InitialiserName);
      // 30,000 draws: the mean lies within five of its standard errors, the variance within five per cent.
      expect(Math.abs(moment(values, 1)), law).toBeLessThan(5 * Math.sqrt(expected / values.length));
      expect(moment(values, 2) / expected, law).toBeGreaterThan(0.95);
      expect(moment(values, 2) / expected, law).toBeLessThan(1.05);
    }
    const size = Math.sqrt(expected);
    const largest = (law: string) => Math.max(...first(`${scheme}-${law}` as InitialiserName).map(Math.abs)) / size;
    expect(largest('uniform')).toBeLessThanOrEqual(Math.sqrt(3) * (1 + 1e-6));
    expect(largest('truncated-normal')).toBeLessThanOrEqual((2 / 0.8796) * (1 + 1e-6));
    expect(largest('signed-constant')).toBeCloseTo(1, 6);
  });

  it('orthogonal gives rows or columns at right angles, of length one', () => {
    const tensors = initialise(network, 'orthogonal', 5, kernels.sampler);
    for (const { name, shape, role } of parametersOf(network)) {
      if (role !== 'weight') continue;
      const [outputs, inputs] = shape;
      const values = tensors.get(name) as Float32Array;
      const wide = outputs <= inputs;
      const at = (vector: number, i: number) => (wide ? values[vector * inputs + i] : values[i * inputs + vector]);
      const [vectors, length] = wide ? [outputs, inputs] : [inputs, outputs];
      for (let a = 0; a < vectors; a += 7) {
        for (let b = a; b < vectors; b += 11) {
          let dot = 0;
          for (let i = 0; i < length; i++) dot += at(a, i) * at(b, i);
          expect(dot).toBeCloseTo(a === b ? 1 : 0, 5);
        }
      }
    }
  });

  it('delta-orthogonal keeps the lengths of what stands in the middle of windows, and zero elsewhere', () => {
    const values = initialise(conv2, 'delta-orthogonal', 2, kernels.sampler).get('conv2.weight') as Float32Array;
    const outer = values.filter((_, i) => i % 9 !== 4);
    expect(outer.every((value) => value === 0)).toBe(true);
    const middle = values.filter((_, i) => i % 9 === 4);
    expect(moment(middle, 2) * middle.length).toBeCloseTo(64, 3);
  });

  it('sparse gives every unit fifteen connections', () => {
    const values = first('sparse');
    const counts = Array.from(
      { length: 200 },
      (_, o) => values.subarray(o * 150, (o + 1) * 150).filter((v) => v !== 0).length,
    );
    expect(new Set(counts)).toEqual(new Set([15]));
    const used = Array.from({ length: 150 }, (_, i) => values.filter((v, k) => k % 150 === i && v !== 0).length);
    // 3,000 connections over 150 inputs: each has about 20.
    expect(Math.min(...used)).toBeGreaterThan(4);
    expect(Math.max(...used)).toBeLessThan(45);
  });

  it('can be scaled, with biases that are not zero', () => {
    const plain = initialise(network, 'he-normal', 1, kernels.sampler);
    const scaled = initialise(network, 'he-normal', 1, kernels.sampler, { scale: 0.5, bias: { constant: 0.1 } });
    expect(scaled.get('fc2.weight')).toEqual((plain.get('fc2.weight') as Float32Array).map((value) => value / 2));
    expect(new Set(scaled.get('fc1.bias'))).toEqual(new Set([Math.fround(0.1)]));
    const uniform = initialise(network, 'he-normal', 1, kernels.sampler, { bias: 'uniform' }).get('fc1.bias');
    const widest = Math.max(...(uniform as Float32Array).map(Math.abs));
    expect(widest).toBeLessThanOrEqual(1 / Math.sqrt(150));
    expect(widest).toBeGreaterThan(0.9 / Math.sqrt(150));
  });

  it('begins residual branches at nothing on request, and leaves downsampling shortcuts as they are', () => {
    const tensors = initialise(resnet, 'he-normal', 1, kernels.sampler, { zeroResidual: true });
    const zeroed = parametersOf(resnet).filter(
      ({ name, role }) => role === 'scale' && (tensors.get(name) as Float32Array).every((value) => value === 0),
    );
    expect(zeroed).toHaveLength(9);
    const kept = parametersOf(resnet).filter(({ role }) => role === 'scale').length - zeroed.length;
    expect(kept).toBe(12);
  });

  it('draws the scales of batch normalisation between 0 and 1 on request, and changes nothing else', () => {
    const plain = initialise(resnet, 'he-normal', 1, kernels.sampler);
    const drawn = initialise(resnet, 'he-normal', 1, kernels.sampler, { normalisationScale: 'uniform' });
    const scales = parametersOf(resnet).flatMap(({ name, role }) => {
      if (role === 'scale') return [...(drawn.get(name) as Float32Array)];
      expect(drawn.get(name)).toEqual(plain.get(name));
      return [];
    });
    expect(scales.length).toBeGreaterThan(700);
    expect(scales.every((value) => value > 0 && value < 1)).toBe(true);
    // 784 draws: mean 1 / 2 and variance 1 / 12, within five standard errors.
    const values = Float32Array.from(scales);
    const mean = moment(values, 1);
    expect(Math.abs(mean - 1 / 2)).toBeLessThan(5 * Math.sqrt(1 / 12 / values.length));
    expect(Math.abs(moment(values, 2) - mean ** 2 - 1 / 12)).toBeLessThan(5 * Math.sqrt(1 / 180 / values.length));
    expect(new Set(scales).size).toBe(scales.length);
    const both = { normalisationScale: 'uniform', zeroResidual: true } as const;
    const zeroed = initialise(resnet, 'he-normal', 1, kernels.sampler, both);
    const zeros = parametersOf(resnet).filter(({ name, role }) => role === 'scale' && zeroed.get(name)?.[0] === 0);
    expect(zeros).toHaveLength(9);
  });

  it('draws what it drew before there were choices', () => {
    const bits = (name: InitialiserName) => tensorsDigest(initialise(network, name, 1, kernels.sampler)).slice(0, 12);
    expect([bits('glorot-normal'), bits('he-normal')]).toEqual(['634de4e8cd38', 'd5c44cc7bbbf']);
  });
});
