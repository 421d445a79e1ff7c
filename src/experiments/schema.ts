import * as z from 'zod';
import { activations } from '../networks/network.js';
import { namedStacks } from '../networks/stack.js';
import { initialiserNames, scoreNames } from '../tickets/index.js';

/**
 * The one declaration of a run's specification. Types, help texts, defaults, validation and the JSON Schema file for
 * editors all come from here. `rate` is the share of weights pruned in one round, `density` the share kept, everywhere.
 */

const share = z.number().min(0).max(1);
const count = z.int();

const stackNames = Object.keys(namedStacks) as [string, ...string[]];

export const networkSchema = z
  .union([
    z.enum(stackNames),
    z.strictObject({
      hidden: z
        .array(z.int().min(1))
        .max(32)
        .describe('Units of each hidden layer, first to last; [] for a linear classifier.'),
      activation: z.enum(activations).default('relu').describe('Non-linearity between layers.'),
    }),
  ])
  .describe('A network by name, or a fully connected stack: {hidden: [300, 100], activation: relu}.');

const initialisationSchema = z.strictObject({
  name: z
    .enum(initialiserNames)
    .default('glorot-normal')
    .describe('Law the weights are drawn from; biases start at zero. glorot-normal: variance 2 / (fan in + fan out).'),
});

const dataSchema = z.strictObject({
  name: z.string().min(1).optional().describe('A known data set: strokes (built in), mnist, fashion-mnist.'),
  path: z.string().min(1).optional().describe('Your own data instead: an .npz file or a folder. Not with name.'),
  train: count
    .min(1)
    .optional()
    .describe('Training examples, validation included: how many strokes draws, or the first so many of a file.'),
  test: count.min(1).optional().describe('Test examples, likewise.'),
  seed: count.min(0).optional().describe('Seed that strokes is drawn from. The same data for every trial.'),
  validation: count
    .min(1)
    .default(5000)
    .describe('Examples held out of the training set, drawn anew in each trial; early stop is read on them.'),
  normalisation: z
    .strictObject({
      mean: z
        .union([z.number(), z.array(z.number())])
        .describe('Mean of pixels scaled to 0 .. 1; one, or one a channel.'),
      deviation: z
        .union([z.number().positive(), z.array(z.number().positive())])
        .describe('Standard deviation of pixels scaled to 0 .. 1; one, or one a channel.'),
    })
    .optional()
    .describe('(pixel / 255 - mean) / deviation. Unless given, what is usual for a known data set; none for your own.'),
});

const lr = z.number().positive().describe('Learning rate.');
const weightDecay = z.number().min(0).default(0).describe('L2 penalty, added to the gradient.');

export const optimiserSchema = z
  .discriminatedUnion('name', [
    z.strictObject({
      name: z.literal('adam'),
      lr,
      beta1: z.number().min(0).lt(1).default(0.9).describe('Decay of the mean of gradients.'),
      beta2: z.number().min(0).lt(1).default(0.999).describe('Decay of the mean of squared gradients.'),
      epsilon: z.number().positive().default(1e-8).describe('Added to the root, against division by zero.'),
      weightDecay,
    }),
    z.strictObject({
      name: z.literal('sgd'),
      lr,
      momentum: z.number().min(0).lt(1).default(0).describe('Share of the last step carried on.'),
      nesterov: z.boolean().default(false).describe('Look ahead along the momentum.'),
      weightDecay,
    }),
  ])
  .describe('How weights move along their gradients: adam or sgd.');

export const pruningSchema = z.strictObject({
  score: z.enum(scoreNames).default('magnitude').describe('What is pruned first: the smallest final |weight|.'),
  scope: z
    .enum(['layer', 'global'])
    .default('layer')
    .describe('Rank weights within each layer, or across all layers but the output.'),
  rate: share.gt(0).lt(1).default(0.2).describe('Share of the remaining weights pruned in one round.'),
  outputRate: share.lt(1).default(0.1).describe('The same for the output layer.'),
  schedule: z
    .enum(['iterative', 'one-shot'])
    .default('iterative')
    .describe('Prune round by round, training in between; or from the dense network to each density at once.'),
});

export const controlsSchema = z.strictObject({
  reinitialise: count.min(0).max(1000).default(1).describe("Fresh draws of each ticket's weights, same mask."),
  randomMask: count
    .min(0)
    .max(1000)
    .default(0)
    .describe("Random masks with each ticket's count a layer, same start values."),
});

export const specificationSchema = z
  .strictObject({
    name: z
      .string()
      .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/i, 'expected letters, digits, dots, dashes and underscores, 64 at most')
      .default('run')
      .describe("The run's name, in folders and figures. It does not decide any result."),
    extends: z.string().optional().describe('A preset to start from; what is given here goes over it.'),
    network: networkSchema.default('lenet-300-100'),
    initialisation: initialisationSchema.prefault({}).describe('How weights are drawn.'),
    data: dataSchema.prefault({ name: 'strokes' }).describe('What is learned.'),
    optimiser: optimiserSchema.prefault({ name: 'adam', lr: 0.0012 }),
    batch: count.min(1).max(4096).default(60).describe('Examples a step.'),
    iterations: count.min(1).max(100_000_000).default(50_000).describe('Steps of each training run.'),
    evaluateEvery: count
      .min(1)
      .default(100)
      .describe('Steps between evaluations; the last iteration is evaluated too.'),
    pruning: pruningSchema.prefault({}).describe('How tickets are found.'),
    rewind: count
      .min(0)
      .default(0)
      .describe('Iteration whose weights a ticket starts from; 0 is the initialisation, as in the paper.'),
    controls: controlsSchema.prefault({}).describe('What tickets are compared with.'),
    trials: count
      .min(1)
      .max(1000)
      .default(5)
      .describe('Repetitions, each with its own split, initialisation and order.'),
    levels: count.min(1).max(100).default(19).describe('Points of the density ladder, the dense network included.'),
    seed: count.min(0).default(0).describe('Seed of everything that is drawn, data apart.'),
    testCurve: z
      .boolean()
      .default(false)
      .describe('Measure test loss and accuracy at every evaluation, not only at early stop and at the end.'),
  })
  .describe('A run of Lottery Lab.');

/** A specification as a person writes it: whatever is left out takes its default. */
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
