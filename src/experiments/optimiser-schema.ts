import * as z from 'zod';
import { lengthSchema } from './length-schema.js';

const share = z.number().min(0).max(1);

const lr = z.number().positive().describe('Learning rate.');
const weightDecay = z.number().min(0).default(0).describe('L2 penalty, added to the gradient.');
const decayOn = z
  .enum(['all', 'weights'])
  .default('all')
  .describe(
    'What weight decay applies to: everything trained, or only weights and not biases and batch normalisation.',
  );

const scheduleSchema = z
  .strictObject({
    warmup: lengthSchema(0)
      .prefault(0)
      .describe('The rate rises linearly to its full value over this length. It multiplies steps or cosine.'),
    steps: z
      .strictObject({
        at: z.array(lengthSchema(1)).min(1).max(1000).describe('When the rate falls, such as [80ep, 120ep].'),
        factor: z.number().positive().max(1).default(0.1).describe('What the rate is multiplied by each time.'),
      })
      .optional()
      .describe('The rate falls at given times. Not with cosine.'),
    cosine: z
      .strictObject({
        until: lengthSchema(1).optional().describe('When the floor is reached. Default: the end of training.'),
        floor: share.default(0).describe('The share of the rate that is left there.'),
      })
      .optional()
      .describe('The rate falls along half a cosine. Not with steps.'),
  })
  .optional()
  .describe(
    'Schedule of the learning rate: {warmup: 20000it, steps: {at: [80ep, 120ep], factor: 0.1}}. Default: constant.',
  );

export const optimiserSchema = z
  .discriminatedUnion('name', [
    z.strictObject({
      name: z.literal('adam').default('adam'),
      lr,
      beta1: z.number().min(0).lt(1).default(0.9).describe('Decay of the mean of gradients.'),
      beta2: z.number().min(0).lt(1).default(0.999).describe('Decay of the mean of squared gradients.'),
      epsilon: z.number().positive().default(1e-8).describe('Added to the root, against division by zero.'),
      weightDecay,
      decayOn,
      schedule: scheduleSchema,
    }),
    z.strictObject({
      name: z.literal('sgd'),
      lr,
      momentum: z.number().min(0).lt(1).default(0).describe('Share of the last step carried on.'),
      nesterov: z.boolean().default(false).describe('Look ahead along the momentum.'),
      weightDecay,
      decayOn,
      schedule: scheduleSchema,
    }),
  ])
  .describe('How weights move along their gradients: adam or sgd.');
