import * as z from 'zod';
import { scopeNames, startNames } from '../tickets/index.js';
import { lengthSchema } from './length-schema.js';
import { scoreSchema } from './score-schema.js';

/** The part of a specification that says how a ticket is drawn, what it starts from and what it is compared with. */

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
  outputRate: share.lt(1).default(0.1).describe('The same for the output layer; a global scope leaves that alone.'),
  rates: z
    .strictObject({
      convolution: kindRate.describe('Of convolutions.'),
      linear: kindRate.describe('Of fully connected layers, the output apart.'),
      output: kindRate.describe('Of the layer that gives the logits.'),
      downsampling: kindRate.describe('Of convolutions on the shortcuts of residual blocks.'),
    })
    .optional()
    .describe(
      'Rates by kind of layer, over the two above. In a global scope 0 leaves a kind alone and counts it out; pruning.rate ranks it with the rest.',
    ),
  layers: z
    .record(z.string(), share.lt(1))
    .optional()
    .describe('Rates by name of layer, over all else: {conv1: 0, fc1: 0.3} (lottery show NETWORK names them).'),
  structure: z
    .union(
      [
        z.enum(['weights', 'units']),
        z.strictObject({ blocks: count.min(1).max(1024).describe('Rows and columns of a square of weights.') }),
        z.strictObject({
          keep: count.min(1).max(63).describe('How many of each few inputs stay: 2 of 2:4.'),
          of: count.min(2).max(64).describe('How many inputs these are: 4 of 2:4.'),
        }),
      ],
      { error: 'expected weights, units, {blocks: 4} or {keep: 2, of: 4}' },
    )
    .optional()
    .describe(
      'What is pruned as one: weights; units, neurons and filters, which leave the network; {blocks: 4}; {keep: 2, of: 4}. Default: weights.',
    ),
  layerDensities: z
    .record(z.string(), share)
    .optional()
    .describe(
      'Shares kept of single layers, such as those of another ticket (lottery show CELL prints them), for scope layer: {fc1: 0.04, fc2: 0.1}; one level. Layers that are not named stay whole.',
    ),
  densities: z
    .array(share.gt(0).lt(1))
    .min(1)
    .max(99)
    .optional()
    .describe(
      'Shares of all prunable weights kept, level by level, falling, in place of rounds of pruning.rate: [0.2, 0.05].',
    ),
  schedule: z
    .enum(pruningSchedules)
    .default('iterative')
    .describe(
      'When weights are pruned: iterative, round by round with training in between; one-shot, from the dense network to each density at once; lottery list schedules has the rest.',
    ),
  gradual: z
    .strictObject({
      begin: lengthSchema(0).optional().describe('When pruning begins. Default: at once.'),
      end: lengthSchema(1).optional().describe('When all is pruned. Default: half way through training.'),
      every: lengthSchema(1).optional().describe('From one step of pruning to the next. Default: 100 iterations.'),
    })
    .optional()
    .describe('Of schedule gradual.'),
  earlyBird: z
    .strictObject({
      every: lengthSchema(1).optional().describe('From one mask that is drawn to the next. Default: an epoch.'),
      memory: count.min(1).max(100).optional().describe('Masks that the next is compared with. Default: 5.'),
      threshold: share.gt(0).optional().describe('Share of weights by which it may differ from them. Default: 0.1.'),
    })
    .optional()
    .describe('Of schedule early-bird.'),
  dynamic: z
    .strictObject({
      every: lengthSchema(1).optional().describe('From one change of the mask to the next. Default: 100.'),
      until: lengthSchema(1).optional().describe('When the mask stops changing. Default: three quarters of training.'),
      fraction: share.gt(0).lt(1).optional().describe('Share of a layer that goes and grows. Default: 0.3.'),
    })
    .optional()
    .describe('Of schedules set and rigl.'),
  learned: z
    .strictObject({
      lr: z
        .number()
        .positive()
        .optional()
        .describe('Learning rate of the scores. Default: 0.1 for supermask under adam, else that of the optimiser.'),
      initial: z.number().optional().describe('Of supermask: what every score begins at. Default: 0.'),
    })
    .optional()
    .describe('Of schedules supermask and edge-popup, whose masks are learned.'),
  steps: count
    .min(1)
    .max(10_000)
    .optional()
    .describe(
      'Steps from the first to the last weight pruned at one time, each scoring what the one before left; 100 for synflow at initialisation, else 1. Not with iterative.',
    ),
  examples: count
    .min(1)
    .optional()
    .describe('Training examples that a score is measured on, as many of each class. Default: ten a class.'),
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
    .describe('Of the noise start: its standard deviations, as multiples of those of the layer’s initialisation.'),
});

/** `controls`: what tickets are compared with. */
export const controlsSchema = z.strictObject({
  reinitialise: count.min(0).max(1000).default(1).describe("Fresh draws of each ticket's weights, same mask."),
  randomMask: count
    .min(0)
    .max(1000)
    .default(0)
    .describe(
      "Random masks with each ticket's count a layer, same start values; the dense network's where those are final ones.",
    ),
  shuffledMask: draws(
    'Masks with the outputs and the inputs of each layer in a random order, so that units keep how many weights they have.',
  ),
  invertedMask: draws("Masks drawn from what the ticket pruned, with each ticket's count a layer."),
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
