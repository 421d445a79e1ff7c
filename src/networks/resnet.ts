import { NetworkBuilder } from './builder.js';
import { InputError } from './errors.js';
import type { ImageShape, Network } from './network.js';

/** Depths that have a name of their own (He et al. 2016, table 6). */
export const resnetDepths = [20, 32, 44, 56] as const;

/**
 * ResNet for images of 32 x 32 (He et al. 2016, section 4.2): three stages of n blocks of two 3 x 3 convolutions with 16, 32
 * and 64 maps, depth 6n + 2. Where the shape changes the shortcut is a 1 x 1 convolution of stride 2 with batch
 * normalisation, as in the implementations that lottery tickets are studied with; He et al. pad with zeros there. The
 * lottery ticket papers' 20-layer "ResNet-18" is this with depth 20.
 *
 * @param width multiplies the maps of every stage
 * @throws InputError when the depth is not 6n + 2 with n of at least 1, or a width does not give a whole number of maps
 */
export function buildResnet(depth: number, width: number, input: ImageShape, classes: number): Network {
  const blocks = (depth - 2) / 6;
  if (!Number.isInteger(blocks) || blocks < 1) {
    throw new InputError(`ResNet of depth ${depth}: expected 6n + 2, such as ${resnetDepths.join(', ')}.`);
  }
  const maps = [16, 32, 64].map((count) => count * width);
  if (maps.some((count) => !Number.isInteger(count) || count < 1)) {
    throw new InputError(`ResNet of width ${width}: 16 times it must be a whole number of at least 1.`);
  }
  const builder = new NetworkBuilder(input)
    .convolution('conv1', maps[0], { bias: false })
    .normalisation('bn1')
    .relu('relu1');
  maps.forEach((count, stage) => {
    for (let block = 0; block < blocks; block++) {
      const name = `layer${stage + 1}.${block}`;
      const before = { name: builder.last, shape: builder.shape };
      const stride = stage > 0 && block === 0 ? 2 : 1;
      const convolution = { bias: false } as const;
      builder
        .convolution(`${name}.conv1`, count, { ...convolution, stride })
        .normalisation(`${name}.bn1`)
        .relu()
        .convolution(`${name}.conv2`, count, convolution)
        .normalisation(`${name}.bn2`);
      if (stride === 1 && before.shape.channels === count) {
        builder.addition(`${name}.sum`, before.name);
      } else {
        const inner = builder.last;
        builder
          .convolution(
            `${name}.shortcut.conv`,
            count,
            { ...convolution, kernel: 1, padding: 0, stride, downsampling: true },
            before,
          )
          .normalisation(`${name}.shortcut.bn`)
          .addition(`${name}.sum`, inner);
      }
      builder.relu(`${name}.relu`);
    }
  });
  const name = width === 1 ? `resnet-${depth}` : `resnet-${depth}-width-${width}`;
  return builder.globalAveragePool().linear('fc', classes).build(name, classes);
}
