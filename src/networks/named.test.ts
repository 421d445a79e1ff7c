import { describe, expect, it } from 'vitest';
import { namedNetworks } from './named.js';
import { type Network, prunableParameters } from './network.js';
import { buildResnet } from './resnet.js';
import { nodesOf, sizeOf } from './shapes.js';

const build = (name: string, classes = 10): Network => namedNetworks[name].build(namedNetworks[name].input, classes);
const weights = (network: Network, kind?: string) =>
  prunableParameters(network)
    .filter((parameter) => kind === undefined || parameter.kind === kind)
    .reduce((sum, { size }) => sum + size, 0);

describe('named networks', () => {
  it.each([
    ['lenet-300-100', 266_200],
    ['lenet-5', 61_470],
    // Frankle and Carbin 2019, figure 2: 4.3M, 2.4M and 1.7M, of which 38K, 260K and 1.1M in convolutions. The layers that the
    // figure draws give 2.26M for Conv-6: 256 maps of 4 x 4 into 256 units are 1.05M alone.
    ['conv-2', 4_300_992],
    ['conv-4', 2_425_024],
    ['conv-6', 2_261_184],
    ['conv-2-dropout', 4_300_992],
    ['vgg-11', 9_222_848],
    ['vgg-13', 9_407_168],
    ['vgg-16', 14_715_584],
    // 20.0M in the paper.
    ['vgg-19', 20_024_000],
    // He et al. 2016, table 6: 0.27M, 0.46M, 0.66M, 0.85M; with 2,560 weights of shortcut convolutions.
    ['resnet-20', 270_896],
    ['resnet-32', 464_432],
    ['resnet-44', 657_968],
    ['resnet-56', 851_504],
  ])('%s has %i weights', (name, count) => {
    expect(weights(build(name))).toBe(count);
  });

  it.each([
    ['conv-2', 38_592],
    ['conv-4', 259_776],
    ['conv-6', 1_144_512],
  ])('%s has %i of them in convolutions', (name, count) => {
    expect(weights(build(name), 'convolution')).toBe(count);
  });

  it.each(Object.keys(namedNetworks))('%s fits together and gives one value per class', (name) => {
    for (const classes of [10, 100]) {
      const nodes = nodesOf(build(name, classes));
      expect(sizeOf(nodes[nodes.length - 1].outputShape)).toBe(classes);
    }
  });

  it('ResNet marks the convolutions of its shortcuts, one where a stage begins', () => {
    const marked = prunableParameters(build('resnet-20')).filter(({ downsampling }) => downsampling);
    expect(marked.map(({ name, size }) => [name, size])).toEqual([
      ['layer2.0.shortcut.conv.weight', 512],
      ['layer3.0.shortcut.conv.weight', 2048],
    ]);
  });

  it('ResNet grows with its width and refuses a depth it cannot have', () => {
    const { input } = namedNetworks['resnet-20'];
    expect(weights(buildResnet(20, 2, input, 10))).toBe(4 * (270_896 - 432 - 640) + 2 * (432 + 640));
    expect(() => buildResnet(21, 1, input, 10)).toThrow(/depth 21: expected 6n \+ 2/);
    expect(() => buildResnet(20, 0.3, input, 10)).toThrow(/width 0.3/);
  });
});
