import * as z from 'zod';
import { initialiserNames, scopeNames, startNames } from '../tickets/index.js';
import { lengthSchema } from './length-schema.js';
import { optimiserSchema } from './optimiser-schema.js';
import { scoreSchema } from './score-schema.js';

/** The part of a specification that says how a ticket is found, what it starts from and what it is compared with. */

const share = z.number().min(0).max(1);
const count = z.int();

/** When weights are pruned. */
export const pruningSchedules = [
  'iterative',
  'one-shot',
  'at-initialisation',
  'gradual',
  'early-bird',
  'set',
  'rigl',
  'supermask',
  'edge-popup',
] as const;
export type PruningSchedule = (typeof pruningSchedules)[number];

const kindRate = share.lt(1).optional();

/** `pruning`: how tickets are found. */
export const pruningSchema = z.strictObject({
  score: scoreSchema
    .default('magnitude')
    .describe(
      'Which weights are kept: magnitude, the largest after training; lottery list scores has the rest; or the path of a module with a score of your own (docs/extending.md).',
    ),
  scope: z
    .enum(scopeNames)
    .default('layer')
    .describe('Which weights are ranked together, and how many each layer keeps (lottery list scopes).'),
  rate: share.gt(0).lt(1).default(0.2).describe('Share of the remaining weights pruned in one round.'),
  outputRate: share
    .lt(1)
    .default(0.1)
    .describe('The same for the output layer; a global scope does not prune that layer.'),
  rates: z
    .strictObject({
      convolution: kindRate.describe('Of convolutions.'),
      linear: kindRate.describe('Of fully connected layers, the output apart.'),
      output: kindRate.describe('Of the layer that gives the logits.'),
      downsampling: kindRate.describe('Of convolutions on the shortcuts of residual blocks.'),
    })
    .optional()
    .describe(
      'Rates by kind of layer, which override the two above. In a global scope a kind at 0 is neither pruned nor counted; a kind at pruning.rate is ranked with the rest.',
    ),
  layers: z
    .record(z.string(), share.lt(1))
    .optional()
    .describe(
      'Rates by name of layer, which override all others: {conv1: 0, fc1: 0.3} (lottery show NETWORK names them).',
    ),
  structure: z
    .union(
      [
        z.enum(['weights', 'units']),
        z.strictObject({ blocks: count.min(1).max(1024).describe('Rows and columns of a square of weights.') }),
        z.strictObject({
          keep: count.min(1).max(63).describe('Inputs kept of each group: the 2 of 2:4.'),
          of: count.min(2).max(64).describe('Inputs of a group: the 4 of 2:4.'),
        }),
      ],
      { error: 'expected weights, units, {blocks: 4} or {keep: 2, of: 4}' },
    )
    .optional()
    .describe(
      'What is pruned together: weights; units, neurons and filters, which are removed from the network; {blocks: 4}; {keep: 2, of: 4}. Default: weights.',
    ),
  layerDensities: z
    .record(z.string(), share)
    .optional()
    .describe(
      'Shares kept of single layers, such as those of another ticket (lottery show CELL prints them), for scope layer: {fc1: 0.04, fc2: 0.1}; one level. Layers that are not named stay dense.',
    ),
  densities: z
    .array(share.gt(0).lt(1))
    .min(1)
    .max(99)
    .optional()
    .describe(
      'Shares of all prunable weights kept, level by level, decreasing, in place of rounds of pruning.rate: [0.2, 0.05].',
    ),
  schedule: z
    .enum(pruningSchedules)
    .default('iterative')
    .describe(
      'When weights are pruned: iterative, round by round with training in between; one-shot, from the dense network to each density at once; lottery list schedules has the rest.',
    ),
  gradual: z
    .strictObject({
      begin: lengthSchema(0).optional().describe('When pruning begins. Default: 0.'),
      end: lengthSchema(1).optional().describe('When pruning ends. Default: half of training.'),
      every: lengthSchema(1).optional().describe('Length between pruning steps. Default: 100 iterations.'),
    })
    .optional()
    .describe('Settings of schedule gradual.'),
  earlyBird: z
    .strictObject({
      every: lengthSchema(1).optional().describe('Length between masks. Default: an epoch.'),
      memory: count
        .min(1)
        .max(100)
        .optional()
        .describe('Masks that the next is compared with. Default: 4, and 5 where the distance is absolute.'),
      threshold: share.gt(0).optional().describe('Distance that it may have from each of them. Default: 0.1.'),
      distance: z
        .enum(['relative', 'absolute'])
        .optional()
        .describe(
          'relative: the bits in which two masks differ, as a share of the most in which two of their size can; absolute: as a share of all bits. Default: relative.',
        ),
      afterwards: z
        .enum(['continue', 'rewind'])
        .optional()
        .describe(
          'continue: training goes on with the mask that was found; rewind: the ticket is trained from its first values. Default: rewind.',
        ),
    })
    .optional()
    .describe('Settings of schedule early-bird.'),
  dynamic: z
    .strictObject({
      every: lengthSchema(1).optional().describe('Length between changes of the mask. Default: 100 iterations.'),
      until: lengthSchema(1).optional().describe('When the mask stops changing. Default: three quarters of training.'),
      fraction: share
        .gt(0)
        .lt(1)
        .optional()
        .describe('Share of a layer’s weights pruned and grown at each change. Default: 0.3.'),
      drop: z
        .enum(['by-sign', 'by-magnitude'])
        .optional()
        .describe(
          'Of set: by-sign drops that share of the positive weights and of the negative ones, those nearest to zero; by-magnitude that share of both together. Default: by-sign.',
        ),
      grow: z
        .enum(['anywhere', 'elsewhere'])
        .optional()
        .describe(
          'Of set: anywhere that is empty, weights just dropped included; elsewhere, without those. Default: anywhere.',
        ),
      atChange: z
        .enum(['hold', 'step'])
        .optional()
        .describe('Of rigl: whether an iteration at which the mask changes holds its step back. Default: hold.'),
    })
    .optional()
    .describe('Settings of schedules set and rigl.'),
  learned: z
    .strictObject({
      lr: z
        .number()
        .positive()
        .optional()
        .describe(
          'Learning rate of the scores under the run’s optimiser, in place of that optimiser’s. Default, where optimiser is run: 0.1 for supermask under adam.',
        ),
      optimiser: z
        .union([z.literal('run'), optimiserSchema], {
          error: 'expected run, or an optimiser such as {name: sgd, lr: 0.1, momentum: 0.9}',
        })
        .optional()
        .describe(
          'Optimiser of the scores with its schedule, or run: the run’s. Default: that of the method’s authors, or run where lr is given.',
        ),
      initialisation: z
        .enum(['run', ...initialiserNames])
        .optional()
        .describe(
          'Initialiser of the weights that are chosen among and that the ticket starts from, or run: the run’s. Default: he-signed-constant for edge-popup, else run.',
        ),
      iterations: lengthSchema(1)
        .optional()
        .describe('Length of learning the mask, such as 100ep. Default: that of the run.'),
      initial: z.number().optional().describe('Initial value of every score of supermask. Default: 0.'),
    })
    .optional()
    .describe('Settings of schedules supermask and edge-popup, whose masks are learned.'),
  steps: count
    .min(1)
    .max(10_000)
    .optional()
    .describe(
      'Steps in which a mask is pruned, each scoring the weights that the step before kept. Default: 100 for synflow at initialisation, else 1. Not with iterative.',
    ),
  examples: count
    .min(1)
    .optional()
    .describe('Training examples that a score is measured on. Default: ten times the number of classes.'),
  exampleSampling: z
    .enum(['balanced', 'random'])
    .optional()
    .describe(
      'How those examples are drawn: balanced, as many of each class; or random, as a batch of training, which is how the authors of SNIP draw them. Default: balanced.',
    ),
  hessian: z
    .enum(['exact', 'finite-difference'])
    .optional()
    .describe(
      'How grasp computes the product of Hessian and gradient: exact, as its authors do; or finite-difference, by gradients at weights moved along the gradient, as earlier versions of this library did. Default: exact; of a score of your own, finite-difference.',
    ),
  temperature: z
    .number()
    .positive()
    .optional()
    .describe(
      'What grasp divides logits by in both gradients, with hessian exact. Default: 200, as its authors have it; of a score of your own, 1.',
    ),
});

const draws = (help: string) => count.min(0).max(1000).optional().describe(`${help} Default: none.`);

/** What survivors start from. */
export const startSchema = z.strictObject({
  name: z
    .enum(startNames)
    .optional()
    .describe('What survivors start from in place of the values they are rewound to (lottery list starts).'),
  deviations: z
    .number()
    .min(0)
    .max(1000)
    .optional()
    .describe('Standard deviation of the noise start, as a multiple of that of the layer’s initialisation.'),
});

/** `controls`: what tickets are compared with. */
export const controlsSchema = z.strictObject({
  reinitialise: count.min(0).max(1000).default(1).describe('Random re-initialisations of each ticket, same mask.'),
  randomMask: count
    .min(0)
    .max(1000)
    .default(0)
    .describe(
      "Random masks with each ticket's count per layer, same start values; the dense network's where those are final ones.",
    ),
  shuffledMask: draws(
    'Masks with the outputs and the inputs of each layer in a random order, which permutes the numbers of weights per unit.',
  ),
  invertedMask: draws("Random masks among the weights that the ticket pruned, with each ticket's count per layer."),
  uniformMask: draws("Random masks with the ticket's total, the same density in every layer."),
  erdosRenyiMask: draws("Random masks with the ticket's total, spread by Erdos-Renyi."),
  erdosRenyiKernelMask: draws("Random masks with the ticket's total, spread by Erdos-Renyi-kernel."),
  smallDense: draws('Dense networks of narrower layers with about as many weights as the ticket.'),
  starts: z
    .array(startSchema)
    .max(100)
    .optional()
    .describe('The same mask from other values: [{name: signed-constant}, {name: noise, deviations: 0.5}].'),
});
