import { NetworkBuilder } from './builder.js';
import type { ImageShape, Network } from './network.js';

/**
 * LeNet-5 as it is commonly trained today (LeCun et al. 1998, with ReLU, max pooling, full connections between maps and
 * softmax): 5 x 5 convolutions of 6 and 16 maps, the first with a padding of 2 on 28 x 28 images, then 120, 84, classes.
 */
export function buildLenet5(input: ImageShape, classes: number): Network {
  const padding = input.height <= 28 ? 2 : 0;
  return new NetworkBuilder(input)
    .convolution('conv1', 6, { kernel: 5, padding })
    .relu()
    .pool('max-pool')
    .convolution('conv2', 16, { kernel: 5, padding: 0 })
    .relu()
    .pool('max-pool')
    .flatten()
    .linear('fc1', 120)
    .relu()
    .linear('fc2', 84)
    .relu()
    .linear('fc3', classes)
    .build('lenet-5', classes);
}

/**
 * Conv-2, Conv-4 and Conv-6 (Frankle and Carbin 2019, figure 2): pairs of 3 x 3 convolutions of 64, 128 and 256 maps, each
 * pair with a 2 x 2 max pooling after it, then 256, 256, classes. The figure counts 1.7M weights for Conv-6; its layers have
 * 2.26M. With dropout, each hidden fully connected layer is
 * followed by one of 0.5; the paper (section 5) gives the rate but not the place.
 */
export function buildConv(depth: 2 | 4 | 6, dropout: boolean, input: ImageShape, classes: number): Network {
  const builder = new NetworkBuilder(input);
  for (let layer = 0; layer < depth; layer++) {
    builder.convolution(`conv${layer + 1}`, 64 << (layer >> 1)).relu();
    if (layer % 2 === 1) builder.pool('max-pool');
  }
  builder.flatten();
  for (const name of ['fc1', 'fc2']) {
    builder.linear(name, 256).relu();
    if (dropout) builder.dropout(0.5);
  }
  return builder.linear('fc3', classes).build(`conv-${depth}${dropout ? '-dropout' : ''}`, classes);
}

/** Maps of each stage, and how many convolutions each has (Simonyan and Zisserman 2015, table 1). */
const vggStages = {
  11: [1, 1, 2, 2, 2],
  13: [2, 2, 2, 2, 2],
  16: [2, 2, 3, 3, 3],
  19: [2, 2, 4, 4, 4],
} as const;

export type VggDepth = keyof typeof vggStages;

/**
 * VGG for images of 32 x 32: batch normalisation after every convolution, and one fully connected layer at the end in place
 * of three (Liu et al. 2019; Frankle and Carbin 2019, section 4).
 */
export function buildVgg(depth: VggDepth, input: ImageShape, classes: number): Network {
  const builder = new NetworkBuilder(input);
  let number = 0;
  vggStages[depth].forEach((count, stage) => {
    for (let i = 0; i < count; i++) {
      number++;
      builder
        .convolution(`conv${number}`, Math.min(512, 64 << stage), { bias: false })
        .normalisation(`bn${number}`)
        .relu();
    }
    builder.pool('max-pool');
  });
  return builder.flatten().linear('fc', classes).build(`vgg-${depth}`, classes);
}
