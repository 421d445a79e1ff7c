import { buildConv, buildLenet5, buildVgg, type VggDepth } from './convolutional.js';
import type { ImageShape, Network } from './network.js';
import { buildResnet, resnetDepths } from './resnet.js';
import { buildStack, namedStacks } from './stack.js';

/** A network that has a name of its own. */
export interface NamedNetwork {
  readonly summary: string;
  /** Where it comes from. */
  readonly source: string;
  /** Images it is usually given. */
  readonly input: ImageShape;
  build(input: ImageShape, classes: number): Network;
}

const digits: ImageShape = { channels: 1, height: 28, width: 28 };
const colour: ImageShape = { channels: 3, height: 32, width: 32 };

const conv = (depth: 2 | 4 | 6, dropout: boolean): NamedNetwork => ({
  summary: `${depth} convolutions and three fully connected layers${dropout ? ', dropout 0.5 between these' : ''}`,
  source: 'Frankle and Carbin 2019, figure 2',
  input: colour,
  build: (input, classes) => buildConv(depth, dropout, input, classes),
});

/** Networks known by name. */
export const namedNetworks: Readonly<Record<string, NamedNetwork>> = {
  'lenet-300-100': {
    summary: 'fully connected, hidden layers of 300 and 100 units',
    source: 'LeCun et al. 1998',
    input: digits,
    build: (input, classes) => buildStack('lenet-300-100', namedStacks['lenet-300-100'], input, classes),
  },
  'lenet-5': {
    summary: 'two convolutions and three fully connected layers, with ReLU and max pooling',
    source: 'LeCun et al. 1998',
    input: digits,
    build: buildLenet5,
  },
  'conv-2': conv(2, false),
  'conv-4': conv(4, false),
  'conv-6': conv(6, false),
  'conv-2-dropout': conv(2, true),
  'conv-4-dropout': conv(4, true),
  'conv-6-dropout': conv(6, true),
  ...Object.fromEntries(
    ([11, 13, 16, 19] satisfies VggDepth[]).map((depth): [string, NamedNetwork] => [
      `vgg-${depth}`,
      {
        summary: `${depth - 3} convolutions with batch normalisation and one fully connected layer`,
        source: 'Simonyan and Zisserman 2015, for 32 x 32 images',
        input: colour,
        build: (input, classes) => buildVgg(depth, input, classes),
      },
    ]),
  ),
  ...Object.fromEntries(
    resnetDepths.map((depth): [string, NamedNetwork] => [
      `resnet-${depth}`,
      {
        summary: `${(depth - 2) / 2} residual blocks in three stages of 16, 32 and 64 maps`,
        source: 'He et al. 2016, section 4.2',
        input: colour,
        build: (input, classes) => buildResnet(depth, 1, input, classes),
      },
    ]),
  ),
};
