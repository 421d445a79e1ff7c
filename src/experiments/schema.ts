import * as z from 'zod';
import { initialiserNames } from '../tickets/index.js';
import { lengthSchema } from './length-schema.js';
import { networkSchema } from './network-schema.js';
import { optimiserSchema } from './optimiser-schema.js';
import { controlsSchema, pruningSchema, startSchema } from './pruning-schema.js';

/**
 * The one declaration of a run's specification. Types, help texts, defaults, validation and the JSON Schema file for
 * editors all come from here. `rate` is the share of weights pruned in one round, `density` the share kept, everywhere.
 * A length of training is a number of iterations, or text with its unit: `20000it`, `160ep`.
 */

const share = z.number().min(0).max(1);
const count = z.int();

const initialisationSchema = z.strictObject({
  name: z
    .enum(initialiserNames)
    .default('glorot-normal')
    .describe(
      'Distribution that initial weights are sampled from (lottery list initialisations). glorot-normal: the paper’s.',
    ),
  scale: z.number().positive().optional().describe('What every weight is multiplied by. Default: 1.'),
  bias: z
    .union([z.enum(['zero', 'uniform']), z.strictObject({ constant: z.number().describe('For every bias.') })], {
      error: 'expected zero, uniform or {constant: 0.1}',
    })
    .optional()
    .describe(
      'First values of biases: zero; uniform, within 1 / sqrt(fan in) of zero; or {constant: 0.1}. Default: zero.',
    ),
  zeroResidual: z
    .boolean()
    .optional()
    .describe('Whether residual branches begin at zero: the scale of the batch normalisation that ends each is zero.'),
  normalisationScale: z
    .enum(['one', 'uniform'])
    .optional()
    .describe(
      'First scales of batch normalisation: one; or uniform, drawn between 0 and 1, as open_lth does. Shifts are zero. Default: one.',
    ),
  noise: z
    .number()
    .min(0)
    .optional()
    .describe(
      'Normal numbers added to every weight that a trial begins with, in standard deviations of its layer’s weights, such as 0.1. Default: none. Each trial has its own, also where trials share the initialisation; weights that controls re-initialise have none.',
    ),
});

const dataSchema = z.strictObject({
  name: z
    .string()
    .min(1)
    .optional()
    .describe(
      'A known data set (lottery list datasets): strokes and binary-12 (built in), mnist, fashion-mnist, cifar-10, cifar-100.',
    ),
  path: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Your own data instead: an .npz file, or a folder with a folder of images for each class. Not with name.',
    ),
  train: count
    .min(1)
    .optional()
    .describe('Training examples, validation included: as many as strokes generates, or the first of a file.'),
  test: count.min(1).optional().describe('Test examples, likewise.'),
  seed: count
    .min(0)
    .optional()
    .describe(
      'Seed of a built-in set: strokes are drawn from it, binary-12 is split by it. The same data for every trial.',
    ),
  validation: z
    .union([count.min(1), z.literal('own')], { error: 'expected a whole number of at least 1, or own' })
    .optional()
    .describe(
      'Examples held out of the training set, sampled in each trial; the early stop is chosen on them. own: the validation set that came with the data (x_val, a val folder). Default: own where there is one, else 5000.',
    ),
  range: z
    .tuple([z.number(), z.number()])
    .optional()
    .describe(
      'What the smallest and largest possible pixel of your own data are, such as [0, 65535]: mapped to 0 .. 1. Default: 0 to 255 and 0 to 1 are known; other numbers need it.',
    ),
  channels: z
    .enum(['first', 'last'])
    .optional()
    .describe('Where the channels of your own images stand. Default: known where only one side can be channels.'),
  shape: z
    .array(count.min(1))
    .min(2)
    .max(3)
    .optional()
    .describe('[height, width] or [channels, height, width] of your own images where they are stored flat.'),
  transparency: z
    .enum(['ignore', 'black', 'white'])
    .optional()
    .describe(
      'What becomes of pixels of your own images that are not opaque: their colour alone, or laid over black or white.',
    ),
  part: z
    .number()
    .positive()
    .max(1)
    .optional()
    .describe(
      'Share of the remaining training examples that a trial learns from, such as 0.5: a random part of its own. Default: all of them. Epochs are of that part.',
    ),
  normalisation: z
    .union(
      [
        z.literal('unit-length'),
        z.strictObject({
          mean: z
            .union([z.number(), z.array(z.number())])
            .describe('Mean of pixels scaled to 0 .. 1; one, or one a channel.'),
          deviation: z
            .union([z.number().positive(), z.array(z.number().positive())])
            .describe('Standard deviation of pixels scaled to 0 .. 1; one, or one a channel.'),
        }),
      ],
      { error: 'expected {mean: 0.5, deviation: 0.25} or unit-length' },
    )
    .optional()
    .describe(
      '{mean: 0.5, deviation: 0.25}: (pixel scaled to 0 .. 1 - mean) / deviation. unit-length: each image is divided by its own Euclidean length. Default: the usual mean and deviation of a known data set; none for your own data.',
    ),
});

const measuresSchema = z
  .strictObject({
    loss: z
      .union([z.number().positive(), z.literal('none')], { error: 'expected a number above 0, or none' })
      .optional()
      .describe(
        'Validation loss in nats; trainings are compared by the iterations until they first have it. none: by the area under the validation loss alone. Default: 0.2 for strokes, 0.25 for mnist, 0.5 for fashion-mnist, 1.3 for cifar-10, else none.',
      ),
    margin: share
      .optional()
      .describe('Loss of test accuracy below which a ticket matches the dense network, a share. Default: 0.002.'),
  })
  .optional()
  .describe('What trainings are compared by, chosen beforehand: {loss: 0.15}. It changes no training and no name.');

export const specificationSchema = z
  .strictObject({
    name: z
      .string()
      .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/i, 'expected letters, digits, dots, dashes and underscores, 64 at most')
      .default('run')
      .describe("The run's name, in folders and figures. It does not decide any result."),
    extends: z.string().optional().describe('A preset to start from; settings given here override it.'),
    network: networkSchema.default('lenet-300-100'),
    initialisation: initialisationSchema.prefault({}).describe('How initial weights are sampled.'),
    data: dataSchema.prefault({ name: 'strokes' }).describe('What is learned.'),
    optimiser: optimiserSchema.prefault({ name: 'adam', lr: 0.0012 }),
    batch: count.min(1).max(4096).default(60).describe('Examples a step.'),
    clipNorm: z
      .number()
      .positive()
      .optional()
      .describe('Gradients are scaled down to this L2 norm, all of them together, where they exceed it.'),
    labelSmoothing: share.lt(1).default(0).describe('Share of the label spread over all classes in the training loss.'),
    augmentation: z
      .strictObject({
        padding: count
          .min(0)
          .max(16)
          .default(0)
          .describe('Pixels of zeros around an image, for a random crop; 0: none.'),
        flip: z.boolean().default(false).describe('Whether half of the images are flipped left to right.'),
      })
      .optional()
      .describe('Random changes to training images, such as {padding: 4, flip: true}. Default: none.'),
    iterations: lengthSchema(1)
      .prefault(50_000)
      .describe('Length of each training run: iterations (20000, 20000it) or epochs of whole batches (160ep).'),
    evaluateEvery: lengthSchema(1)
      .prefault(100)
      .describe('Length between evaluations; the last iteration is evaluated too.'),
    pruning: pruningSchema.prefault({}).describe('How tickets are found.'),
    rewind: lengthSchema(0)
      .prefault(0)
      .describe(
        'The time of the dense training that tickets are rewound to; 0 is the initialisation, as in the paper.',
      ),
    snapshots: z
      .array(lengthSchema(0))
      .max(100)
      .optional()
      .describe(
        'More times in the dense training whose weights are kept, so that runs with those values of rewind share its dense networks, such as [0, 2ep].',
      ),
    retrain: z
      .enum(['rewind', 'learning-rate-rewind', 'fine-tune'])
      .default('rewind')
      .describe(
        'rewind: survivors go back to their values at that time. learning-rate-rewind: they keep their final values, and the schedule continues from that time. fine-tune: final values and the last rate, for as many steps.',
      ),
    pruned: z
      .enum(['zero', 'frozen'])
      .optional()
      .describe(
        'Values of a ticket’s pruned weights: zero; or frozen, their start values, which saves no work. Default: zero.',
      ),
    start: startSchema
      .optional()
      .describe(
        'What survivors start from: {name: signed-constant}, {name: noise, deviations: 0.5}. Default: the values they are rewound to.',
      ),
    controls: controlsSchema.prefault({}).describe('What tickets are compared with.'),
    trials: count
      .min(1)
      .max(1000)
      .default(5)
      .describe(
        'Repetitions, each with its own split, initialisation and order, except for what share gives all of them.',
      ),
    share: z
      .array(z.enum(['split', 'initialisation', 'order']))
      .min(1)
      .max(3)
      .optional()
      .describe(
        'What all trials have in common, such as [initialisation, split]: it is that of the first trial. Default: nothing.',
      ),
    levels: count.min(1).max(100).default(19).describe('Points of the density ladder, the dense network included.'),
    seed: count.min(0).default(0).describe('Seed of everything random except the data.'),
    measures: measuresSchema,
    testCurve: z
      .boolean()
      .default(false)
      .describe('Measure test loss and accuracy at every evaluation, not only at early stop and at the end.'),
  })
  .describe('A run of Lottery Lab.');

/** A specification as written: absent settings take their defaults. */
export type SpecificationInput = z.input<typeof specificationSchema>;

/** A specification with every default filled in and inheritance resolved. */
export type RunSpecification = Omit<z.output<typeof specificationSchema>, 'extends'>;

/** The specification's JSON Schema (draft 2020-12), for editors and for other tools. */
export function specificationJsonSchema(): Record<string, unknown> {
  return {
    ...z.toJSONSchema(specificationSchema, { io: 'input' }),
    title: 'Lottery Lab run specification',
  };
}
