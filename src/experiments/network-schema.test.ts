import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { buildDescribed, type DescribedLayer } from '../networks/described.js';
import { namedNetworks } from '../networks/named.js';
import { nodesOf, sizeOf } from '../networks/shapes.js';
import { buildNetwork, networkSchema } from './network-schema.js';

const colour = { channels: 3, height: 32, width: 32 };

describe('networks described layer by layer', () => {
  it('come out as the named ones when they say the same', () => {
    const conv2: DescribedLayer[] = [
      { convolution: 64 },
      'relu',
      { convolution: 64 },
      'relu',
      { 'max-pool': 2 },
      'flatten',
      { linear: 256 },
      'relu',
      { linear: 256 },
      'relu',
      { linear: 10 },
    ];
    expect(buildDescribed('x', conv2, colour, 10).layers).toEqual(namedNetworks['conv-2'].build(colour, 10).layers);
  });

  it('may be graphs, read from YAML', () => {
    const text = `
layers:
  - { convolution: 8, bias: false }
  - batch-normalisation
  - { relu: true, name: trunk }
  - { convolution: 8, kernel: [3, 1], padding: 1, bias: false }
  - { convolution: 8, kernel: [1, 3], padding: 0, name: branch }
  - { addition: [trunk, branch], name: sum }
  - { average-pool: 4, from: sum }
  - { dropout: 0.2 }
  - { linear: 10 }
`;
    const specification = networkSchema.parse(parse(text));
    const network = buildNetwork(specification, colour, 10);
    const nodes = nodesOf(network);
    expect(nodes.map(({ name }) => name)).toEqual([
      'conv1',
      'bn1',
      'trunk',
      'conv2',
      'branch',
      'sum',
      'average-pool-7',
      'dropout-8',
      'fc1',
    ]);
    expect(nodes.find(({ name }) => name === 'sum')?.outputShape).toEqual({ channels: 8, height: 32, width: 32 });
    expect(networkSchema.parse(parse(stringify(specification)))).toEqual(specification);
  });

  it.each<[DescribedLayer[], RegExp]>([
    [[{ linear: 9 }], /gives 9; expected 10 values/],
    [
      [{ linear: 10, from: 'nowhere' }],
      /layer 1: takes nowhere, which is not a layer before it; expected one of input/,
    ],
    [[{ 'max-pool': 40 }], /a window of 40 does not fit a map of 3 x 32 x 32/],
    [[{ convolution: 4, name: 'a' }, { convolution: 4, name: 'a' }, { linear: 10 }], /layer a: the name is used twice/],
    [[{ convolution: 4, name: 'a' }, { addition: ['a', 'input'] }, { linear: 10 }], /shapes must agree/],
  ])('that do not fit are refused, with the layer', (layers, message) => {
    expect(() => buildDescribed('mine', layers, colour, 10)).toThrow(message);
  });

  it('refuse words and keys that are none', () => {
    expect(networkSchema.safeParse({ layers: ['relo'] }).success).toBe(false);
    expect(networkSchema.safeParse({ layers: [{ convolution: 4, kernels: 3 }] }).success).toBe(false);
    expect(networkSchema.safeParse({ layers: [{ convolution: 0 }] }).success).toBe(false);
  });

  it('infer what every random stack of layers gives', () => {
    const layer = fc.oneof(
      fc.record({
        convolution: fc.integer({ min: 1, max: 5 }),
        kernel: fc.integer({ min: 1, max: 4 }),
        stride: fc.integer({ min: 1, max: 2 }),
      }),
      fc.constantFrom<DescribedLayer>('relu', 'tanh', 'sigmoid', 'batch-normalisation'),
      fc.constant<DescribedLayer>({ 'max-pool': 2 }),
      fc.constant<DescribedLayer>({ dropout: 0.1 }),
    );
    fc.assert(
      fc.property(fc.array(layer, { maxLength: 6 }), (layers) => {
        // Large enough to be halved six times.
        const input = { channels: 2, height: 96, width: 80 };
        const network = buildDescribed('random', [...layers, { linear: 7 }], input, 7);
        const nodes = nodesOf(network);
        let before = sizeOf(input);
        for (const { inputShape, outputShape } of nodes) {
          expect(sizeOf(inputShape)).toBe(before);
          before = sizeOf(outputShape);
        }
        expect(before).toBe(7);
      }),
    );
  });
});
