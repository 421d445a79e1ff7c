import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { smallNetworks } from '../../test/fixtures/small-networks.js';
import { channelsOf, type Span } from './channels.js';
import { InputError } from './errors.js';
import { namedNetworks } from './named.js';
import { type Layer, type Network, parametersOf } from './network.js';
import { nodesOf } from './shapes.js';
import { shrunken, smallDense, weightCount } from './widths.js';

const named = (name: string, size = 32) => {
  const { build, input } = namedNetworks[name];
  return build({ ...input, height: size, width: size }, 10);
};
const text = (spans: readonly Span[]) =>
  spans.map(({ tensor, repeat }) => (repeat === 1 ? tensor : `${tensor} x ${repeat}`));
const linear = (name: string, inputs: number, outputs: number, from?: string[]): Layer => ({
  kind: 'linear',
  name,
  inputs,
  outputs,
  ...(from ? { from } : {}),
});
const wired = (layers: Layer[]): Network => ({
  name: 'wired',
  input: { channels: 1, height: 2, width: 2 },
  classes: 2,
  layers,
});

describe('channels', () => {
  it('of a convolutional network are its filters and neurons; behind the flatten each is a map', () => {
    expect(
      channelsOf(named('lenet-5', 28)).groups.map(({ rows, columns, ...rest }) => ({
        ...rest,
        rows: text(rows),
        columns: text(columns),
      })),
    ).toEqual([
      { name: 'conv1', size: 6, rows: ['conv1.weight', 'conv1.bias'], columns: ['conv2.weight'] },
      { name: 'conv2', size: 16, rows: ['conv2.weight', 'conv2.bias'], columns: ['fc1.weight x 25'] },
      { name: 'fc1', size: 120, rows: ['fc1.weight', 'fc1.bias'], columns: ['fc2.weight'] },
      { name: 'fc2', size: 84, rows: ['fc2.weight', 'fc2.bias'], columns: ['fc3.weight'] },
    ]);
  });

  it('of a residual stage go together, with all that normalises them', () => {
    const { groups } = channelsOf(named('resnet-20'));
    expect(groups.map(({ name, size }) => `${name} ${size}`)).toEqual([
      'conv1 16',
      'layer1.0.conv1 16',
      'layer1.1.conv1 16',
      'layer1.2.conv1 16',
      'layer2.0.conv1 32',
      'layer2.0.conv2 32',
      'layer2.1.conv1 32',
      'layer2.2.conv1 32',
      'layer3.0.conv1 64',
      'layer3.0.conv2 64',
      'layer3.1.conv1 64',
      'layer3.2.conv1 64',
    ]);
    const stage = groups[5];
    expect(text(stage.rows).filter((name) => /conv/.test(name))).toEqual([
      'layer2.0.conv2.weight',
      'layer2.0.shortcut.conv.weight',
      'layer2.1.conv2.weight',
      'layer2.2.conv2.weight',
    ]);
    expect(stage.rows).toHaveLength(4 + 4 * 4);
    expect(text(stage.columns)).toEqual([
      'layer2.1.conv1.weight',
      'layer2.2.conv1.weight',
      'layer3.0.conv1.weight',
      'layer3.0.shortcut.conv.weight',
    ]);
    expect(text(groups[9].columns)).toContain('fc.weight');
  });

  it('that are added to the images or to logits never leave', () => {
    const network = wired([
      { kind: 'flatten', name: 'flat' },
      linear('a', 4, 4),
      { kind: 'addition', name: 'sum', from: ['a', 'flat'] },
      linear('b', 4, 3),
      linear('c', 3, 2),
      linear('d', 4, 2, ['sum']),
      { kind: 'addition', name: 'logits', from: ['c', 'd'] },
    ]);
    expect(channelsOf(network).groups.map(({ name }) => name)).toEqual(['b']);
  });

  it('tie so many neurons as a map has places where a flattened map is added to them', () => {
    const network = wired([
      {
        kind: 'convolution',
        name: 'conv',
        inputs: 1,
        outputs: 3,
        kernel: [1, 1],
        stride: 1,
        padding: 0,
        bias: false,
      },
      { kind: 'flatten', name: 'flat' },
      linear('a', 12, 6),
      linear('b', 6, 12),
      { kind: 'addition', name: 'sum', from: ['flat', 'b'] },
      linear('c', 12, 2),
    ]);
    const [first] = channelsOf(network).groups;
    expect(first).toMatchObject({ name: 'conv', size: 3 });
    expect(text(first.rows)).toEqual(['conv.weight', 'b.weight x 4', 'b.bias x 4']);
    expect(text(first.columns)).toEqual(['a.weight x 4', 'c.weight x 4']);
  });

  it('account for every row and column of every tensor, once', () => {
    fc.assert(
      fc.property(smallNetworks, (network) => {
        const { groups } = channelsOf(network);
        for (const { name, shape, output, role } of parametersOf(network)) {
          const rows = groups.flatMap(({ rows, size }) =>
            rows.filter((s) => s.tensor === name).map((s) => s.repeat * size),
          );
          expect(rows).toEqual(output ? [] : [shape[0]]);
          if (role !== 'weight') continue;
          const columns = groups.flatMap(({ columns, size }) =>
            columns.filter((s) => s.tensor === name).map((s) => s.repeat * size),
          );
          expect(columns.length).toBeLessThanOrEqual(1);
          if (columns.length === 1) expect(columns).toEqual([shape[1]]);
        }
      }),
    );
  });
});

describe('widths', () => {
  it('give networks that fit together, with the weights that are left', () => {
    fc.assert(
      fc.property(smallNetworks, fc.array(fc.nat(100), { minLength: 6, maxLength: 6 }), (network, draws) => {
        const { groups } = channelsOf(network);
        const widths = new Map(groups.map(({ name, size }, i) => [name, 1 + (draws[i] % size)]));
        const small = shrunken(network, widths);
        nodesOf(small);
        const found = channelsOf(small).groups;
        expect(found.map(({ name, size }) => [name, size])).toEqual([...widths]);
        expect(found.map(({ rows, columns }) => [rows, columns])).toEqual(
          groups.map(({ rows, columns }) => [rows, columns]),
        );
        expect(shrunken(network, new Map())).toEqual(network);
      }),
    );
  });

  it('are refused where there is no such group, or no such number of channels', () => {
    const network = named('lenet-5', 28);
    expect(() => shrunken(network, new Map([['fc3', 5]]))).toThrow(
      'fc3 is not a group of channels of lenet-5; those are conv1, conv2, fc1, fc2.',
    );
    expect(() => shrunken(network, new Map([['fc1', 0]]))).toThrow(
      'fc1 of lenet-5 is to have 0 channels; expected 1 to 120.',
    );
    expect(() => smallDense(network, 0.5)).toThrow(InputError);
  });
});

describe('a small dense network', () => {
  it('of LeNet-300-100 is the nearest with one share of both layers', () => {
    const network = named('lenet-300-100', 28);
    for (const weights of [266_200, 200_000, 57_000, 9_600, 5_000, 1]) {
      // Every share there is, one by one.
      const counts = Array.from({ length: 600 }, (_, i) => {
        const [a, b] = [300, 100].map((size) => Math.max(1, Math.floor(((i + 1) * size) / 600 + 0.5)));
        return 784 * a + a * b + 10 * b;
      });
      const best = Math.min(...counts.map((count) => Math.abs(count - weights)));
      expect(Math.abs(weightCount(smallDense(network, weights)) - weights)).toBe(best);
    }
    expect(smallDense(network, 266_200)).toEqual(network);
    expect(weightCount(smallDense(network, 1))).toBe(784 + 1 + 10);
  });

  it.each(['conv-4', 'resnet-20', 'vgg-16'])('of %s comes within a tenth of what is wanted', (name) => {
    const network = named(name);
    for (const share of [0.8, 0.3, 0.1, 0.02]) {
      const wanted = Math.round(share * weightCount(network));
      expect(Math.abs(weightCount(smallDense(network, wanted)) / wanted - 1)).toBeLessThan(0.1);
    }
  });
});
