import * as z from 'zod';
import { buildDescribed, plainLayers } from '../networks/described.js';
import { namedNetworks } from '../networks/named.js';
import { activations, type ImageShape, type Network } from '../networks/network.js';
import { buildResnet } from '../networks/resnet.js';
import { buildStack } from '../networks/stack.js';

const names = Object.keys(namedNetworks) as [string, ...string[]];
const size = z.int().min(1).max(65_536);

const wiring = {
  name: z
    .string()
    .regex(/^[a-z0-9_.-]{1,64}$/i, 'expected letters, digits, dots, dashes and underscores, 64 at most')
    .optional()
    .describe('Name of the layer, by which others take its output.'),
  from: z
    .union([z.string(), z.array(z.string()).length(1)])
    .optional()
    .describe('The layer whose output it takes; input is the images. Default: the layer before it.'),
};

const plain = (word: string, help: string) => z.strictObject({ [word]: z.literal(true).describe(help), ...wiring });

const describedLayers = [
  z.strictObject({
    convolution: size.describe('Output channels.'),
    kernel: z
      .union([size, z.tuple([size, size])])
      .optional()
      .describe('Rows and columns of the kernel, one number or two. Default: 3.'),
    stride: size.optional().describe('Default: 1.'),
    padding: z
      .int()
      .min(0)
      .max(1024)
      .optional()
      .describe('Pixels of zeros on every side. Default: as many as keep the size at stride 1.'),
    bias: z.boolean().optional().describe('Whether outputs have a bias. Default: true.'),
    downsampling: z.boolean().optional().describe('Marks the convolution of a shortcut, for its own pruning rate.'),
    ...wiring,
  }),
  z.strictObject({ linear: size.describe('Output units.'), ...wiring }),
  z.strictObject({ 'max-pool': size.describe('Side of the window.'), stride: size.optional(), ...wiring }),
  z.strictObject({ 'average-pool': size.describe('Side of the window.'), stride: size.optional(), ...wiring }),
  z.strictObject({ dropout: z.number().min(0).lt(1).describe('Share that is zeroed while training.'), ...wiring }),
  z.strictObject({
    addition: z.array(z.string()).min(2).describe('Layers whose outputs are added.'),
    name: wiring.name,
  }),
  plain('relu', 'max(0, x).'),
  plain('tanh', 'Hyperbolic tangent.'),
  plain('sigmoid', '1 / (1 + exp(-x)).'),
  plain('flatten', 'A map as a vector.'),
  plain('global-average-pool', 'The mean of each channel.'),
  plain('batch-normalisation', 'Normalisation of each channel over the batch.'),
] as const;

/** How each kind of layer is described by a group of settings; the first of them names the kind. */
export const layerKinds: ReadonlyMap<string, z.ZodObject> = new Map(
  describedLayers.map((schema) => [Object.keys(schema.shape)[0], schema]),
);

const layerSchema = z
  .union([z.enum(plainLayers), ...describedLayers])
  .describe('One layer: a word such as relu, or one key that says what it is, such as {convolution: 64, kernel: 3}.');

/** A network in a specification: by name, as a stack, as a ResNet, or layer by layer. */
export const networkSchema = z
  .union([
    z.enum(names),
    z.strictObject({
      hidden: z
        .array(z.int().min(1))
        .max(32)
        .describe('Units of each hidden layer, first to last; [] for a linear classifier.'),
      activation: z.enum(activations).default('relu').describe('Non-linearity between layers.'),
    }),
    z.strictObject({
      resnet: z
        .strictObject({
          depth: z.int().min(8).max(1202).describe('6n + 2: 20, 32, 44, 56, ...'),
          width: z.number().positive().max(64).default(1).describe('Multiplies the maps of every stage.'),
        })
        .describe('A residual network for 32 x 32 images.'),
    }),
    z.strictObject({
      layers: z
        .array(layerSchema)
        .min(1)
        .max(1000)
        .describe('Layers, first to last; the last gives one value per class.'),
    }),
  ])
  .describe(
    'A network by name (lottery list networks); a fully connected stack, {hidden: [300, 100], activation: relu}; {resnet: {depth: 20, width: 2}}; or {layers: [...]}, layer by layer.',
  );

export type NetworkSpecification = z.output<typeof networkSchema>;

/**
 * The network that a specification names or describes, for images of one shape.
 *
 * @throws InputError when its layers do not fit one another, the images or the classes
 */
export function buildNetwork(network: NetworkSpecification, input: ImageShape, classes: number): Network {
  if (typeof network === 'string') return namedNetworks[network].build(input, classes);
  if ('hidden' in network) return buildStack(['stack', ...network.hidden].join('-'), network, input, classes);
  if ('resnet' in network) return buildResnet(network.resnet.depth, network.resnet.width, input, classes);
  return buildDescribed('layers', network.layers as Parameters<typeof buildDescribed>[1], input, classes);
}
