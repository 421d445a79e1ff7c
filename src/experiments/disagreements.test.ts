import { describe, expect, it } from 'vitest';
import { refusalOf } from '../../test/fixtures/refusal.js';
import { disagreements } from './disagreements.js';
import { resolveSpecification } from './presets.js';

const specify = (over: Record<string, unknown>) =>
  resolveSpecification({ data: { name: 'strokes', validation: 64 }, iterations: 100, ...over });

const messageOf = (over: Record<string, unknown>): string => refusalOf(() => specify(over));

const strokes = { name: 'strokes', validation: 64 };
const found = (schedule: string) => `with pruning.schedule ${schedule} the ticket is found while it trains, from the`;
const trainingScores = 'when only values and gradients are available; expected a score such as magnitude or taylor.';

type Case = readonly [string, Record<string, unknown>, string];

const refusals: readonly Case[] = [
  // Of data.
  [
    'two sources',
    { data: { name: 'strokes', path: './a.npz', validation: 64 } },
    'data has both name (strokes) and path (./a.npz); expected one of them.',
  ],
  [
    'no source',
    { data: { validation: 64 } },
    'data has neither name nor path; expected one of them, such as data: {name: mnist}.',
  ],
  [
    'a choice about data that are known',
    { data: { name: 'mnist', range: [0, 1] } },
    'data.range says how your own data are read, and mnist is known; remove it, or give data.path.',
  ],
  [
    'an empty range',
    { data: { path: 'a.npz', range: [1, 0] } },
    'data.range is [1,0]; expected the smaller number first, such as [0, 65535].',
  ],
  [
    'a seed of a file',
    { data: { name: 'mnist', seed: 3 } },
    'data.seed is 3, but only strokes and binary-12 are drawn from a seed; remove it.',
  ],
  [
    'all held out',
    { data: { ...strokes, train: 64 } },
    'data.validation is 64 of data.train 64 examples, which leaves none to train on; expected fewer.',
  ],
  [
    'a batch beyond the examples',
    { data: { ...strokes, train: 100 }, batch: 37 },
    'batch is 37; expected at most the 36 examples that are trained on.',
  ],
  // Of training.
  [
    'nesterov alone',
    { optimiser: { name: 'sgd', lr: 0.1, nesterov: true } },
    'optimiser.nesterov is true without momentum; set optimiser.momentum, such as 0.9, or nesterov to false.',
  ],
  ['a late rewind', { rewind: 101 }, 'rewind is 101; expected at most iterations, 100.'],
  ['rare evaluation', { evaluateEvery: 101 }, 'evaluateEvery is 101; expected at most iterations, 100.'],
  [
    'two ways for the rate',
    { optimiser: { name: 'sgd', lr: 0.1, schedule: { steps: { at: [9] }, cosine: {} } } },
    'optimiser.schedule has both steps and cosine; expected one of them, or neither for a constant rate.',
  ],
  // Of pruning.
  [
    'densities that do not fall',
    { pruning: { densities: [0.5, 0.2, 0.2] } },
    'pruning.densities has 0.2 after 0.2; expected falling shares of weights kept.',
  ],
  [
    'a score of training before there is any',
    { pruning: { schedule: 'at-initialisation', score: 'movement' } },
    'pruning.score is movement, which compares values before and after training, but pruning.schedule is at-initialisation, where there is no training yet; expected another score, such as magnitude.',
  ],
  [
    'final values before training',
    { pruning: { schedule: 'at-initialisation' }, retrain: 'fine-tune' },
    'retrain is fine-tune, which keeps final values, but with pruning.schedule at-initialisation nothing is trained before the ticket is; expected rewind.',
  ],
  [
    'steps of rounds',
    { pruning: { steps: 5 } },
    'pruning.steps is 5, but pruning.schedule iterative prunes in another way; expected one-shot or at-initialisation.',
  ],
  [
    'steps of a growing mask',
    { pruning: { schedule: 'set', steps: 5 } },
    'pruning.steps is 5, but pruning.schedule set prunes in another way; expected one-shot or at-initialisation.',
  ],
  [
    'examples for magnitudes',
    { pruning: { examples: 50 } },
    'pruning.examples is 50, but the score magnitude uses no examples; remove it.',
  ],
  // Of schedules.
  [
    'gradual elsewhere',
    { pruning: { gradual: {} } },
    'pruning.gradual is a setting of schedule gradual, but pruning.schedule is iterative; remove it.',
  ],
  [
    'earlyBird elsewhere',
    { pruning: { schedule: 'gradual', earlyBird: {} } },
    'pruning.earlyBird is a setting of schedule early-bird, but pruning.schedule is gradual; remove it.',
  ],
  [
    'dynamic elsewhere',
    { pruning: { schedule: 'supermask', dynamic: {} } },
    'pruning.dynamic is a setting of schedule set and rigl, but pruning.schedule is supermask; remove it.',
  ],
  [
    'learned elsewhere',
    { pruning: { schedule: 'rigl', learned: {} } },
    'pruning.learned is a setting of schedule supermask and edge-popup, but pruning.schedule is rigl; remove it.',
  ],
  ...['gradual', 'set', 'rigl'].flatMap((schedule): Case[] => [
    [
      `final values, ${schedule}`,
      { pruning: { schedule }, retrain: 'fine-tune' },
      `retrain is fine-tune, but ${found(schedule)} initialisation on; expected rewind.`,
    ],
    [
      `a rewind, ${schedule}`,
      { pruning: { schedule }, rewind: 10 },
      `rewind is 10, but ${found(schedule)} initialisation on; expected 0.`,
    ],
    [
      `a start, ${schedule}`,
      { pruning: { schedule }, start: { name: 'reshuffle' } },
      `start is given, but ${found(schedule)} initialisation on; remove it.`,
    ],
    [
      `frozen, ${schedule}`,
      { pruning: { schedule }, pruned: 'frozen' },
      `pruned is frozen, but with pruning.schedule ${schedule} the mask changes while training; expected zero.`,
    ],
  ]),
  ...['set', 'rigl'].map(
    (schedule): Case => [
      `a score, ${schedule}`,
      { pruning: { schedule, score: 'taylor' } },
      `pruning.score is the text "taylor", but ${schedule} begins with a random mask and drops the smallest weights; expected magnitude.`,
    ],
  ),
  ...['supermask', 'edge-popup'].map(
    (schedule): Case => [
      `a score, ${schedule}`,
      { pruning: { schedule, score: 'taylor' } },
      `pruning.score is the text "taylor", but ${schedule} learns scores of its own; remove it.`,
    ],
  ),
  [
    'densities of a supermask',
    { pruning: { schedule: 'supermask', densities: [0.5] } },
    'pruning.densities is given, but the density of a supermask is an outcome of training; remove it.',
  ],
  [
    'blocks, early-bird',
    { pruning: { schedule: 'early-bird', structure: { blocks: 2 } } },
    'schedule early-bird prunes single weights or units; expected iterative, one-shot or at-initialisation.',
  ],
  [
    'a score of channels',
    { pruning: { schedule: 'early-bird', structure: 'units', scope: 'global', score: 'taylor' } },
    'pruning.score is the text "taylor", but early-bird chooses units by the scale of their batch normalisation; remove it.',
  ],
  ...[
    [{ retrain: 'fine-tune' }, 'retrain is fine-tune'],
    [{ rewind: 10 }, 'rewind is 10'],
    [{ start: { name: 'reshuffle' } }, 'start is given'],
  ].map(
    ([over, sentence]): Case => [
      `early-bird that goes on: ${sentence}`,
      { pruning: { schedule: 'early-bird', earlyBird: { afterwards: 'continue' } }, ...(over as object) },
      `${sentence}, but ${found('early-bird')} initialisation on`,
    ],
  ),
  ...(['drop', 'grow', 'atChange'] as const).map((setting): Case => {
    const [own, other] = setting === 'atChange' ? ['rigl', 'set'] : ['set', 'rigl'];
    const value = { drop: 'by-sign', grow: 'anywhere', atChange: 'hold' }[setting];
    return [
      `${setting} of ${other}`,
      { pruning: { schedule: other, dynamic: { [setting]: value } } },
      `pruning.dynamic.${setting} is a setting of schedule ${own}, but pruning.schedule is ${other}; remove it.`,
    ];
  }),
  [
    'two rates of scores',
    { pruning: { schedule: 'supermask', learned: { lr: 1, optimiser: { name: 'sgd', lr: 100 } } } },
    'pruning.learned has both lr and an optimiser with a rate of its own; expected one of the two.',
  ],
  [
    'two shapes of the rate of scores',
    {
      pruning: {
        schedule: 'supermask',
        learned: { optimiser: { name: 'sgd', lr: 1, schedule: { steps: { at: [5] }, cosine: {} } } },
      },
    },
    'pruning.learned.optimiser.schedule has both steps and cosine',
  ],
  [
    'momentum that is looked along',
    { pruning: { schedule: 'supermask', learned: { optimiser: { name: 'sgd', lr: 1, nesterov: true } } } },
    'pruning.learned.optimiser.nesterov is true without momentum',
  ],
  [
    'a rewind to weights that were never masked',
    { pruning: { schedule: 'edge-popup' }, rewind: 10 },
    'rewind is 10, but the mask is learned over weights of another initialisation (pruning.learned.initialisation: he-signed-constant)',
  ],
  ...['gradual', 'set', 'rigl', 'supermask', 'edge-popup'].map(
    (schedule): Case => [
      `units, ${schedule}`,
      { pruning: { schedule, structure: 'units' } },
      `pruning.structure is the text "units", but schedule ${schedule} prunes single weights; expected iterative, one-shot or at-initialisation.`,
    ],
  ),
  [
    'frozen units',
    { pruning: { structure: 'units' }, pruned: 'frozen' },
    'pruned is frozen, but pruned units are removed from the network; expected zero, or another structure.',
  ],
  ...['gradual', 'early-bird'].flatMap((schedule) =>
    ['movement', 'fisher', 'synflow', 'grasp', './my-score.mjs'].map(
      (score): Case => [
        `${score}, ${schedule}`,
        { pruning: { schedule, score } },
        `pruning.score is the text "${score}", but ${schedule} scores during training, ${trainingScores}`,
      ],
    ),
  ),
  [
    'a way of drawing examples without a use',
    { pruning: { exampleSampling: 'random' } },
    'pruning.exampleSampling is random, but the score magnitude uses no examples; remove it.',
  ],
  [
    'a temperature without a use',
    { pruning: { score: 'snip', temperature: 200 } },
    'pruning.temperature is 200, but the score snip uses no Hessian; remove it, or set pruning.score to grasp.',
  ],
  [
    'a Hessian without a use',
    { pruning: { hessian: 'exact' } },
    'pruning.hessian is exact, but the score magnitude uses no Hessian; remove it, or set pruning.score to grasp.',
  ],
  [
    'a temperature of finite differences',
    { pruning: { score: 'grasp', schedule: 'at-initialisation', hessian: 'finite-difference', temperature: 2 } },
    'pruning.temperature is 2, but pruning.hessian finite-difference is of the logits as they are; remove it, or set pruning.hessian to exact.',
  ],
  [
    'a temperature of zero',
    { pruning: { score: 'grasp', temperature: 0 } },
    'pruning.temperature is 0; expected more than 0.',
  ],
  // Of starts.
  [
    'a start over final values',
    { start: { name: 'reshuffle' }, retrain: 'fine-tune' },
    'start is given, but retrain is fine-tune, which keeps final values; expected retrain: rewind.',
  ],
  ['a start without a name', { start: {} }, 'start has no name; lottery list starts lists the names.'],
  [
    'a control without a name',
    { controls: { starts: [{ name: 'reshuffle' }, {}] } },
    'controls.starts.1 has no name; lottery list starts lists the names.',
  ],
  [
    'noise without an amount',
    { start: { name: 'noise' } },
    'start.deviations is missing; noise needs it, such as {name: noise, deviations: 0.5}.',
  ],
  [
    'an amount too many',
    { controls: { starts: [{ name: 'reshuffle', deviations: 2 }] } },
    'controls.starts.0.deviations is 2, but reshuffle takes no number; remove it.',
  ],
  [
    'the same start twice',
    { controls: { starts: [{ name: 'reshuffle' }, { name: 'reshuffle' }] } },
    'controls.starts.1 is given twice; expected each start once.',
  ],
];

describe('fields that do not agree', () => {
  it.each(refusals)('are refused: %s', (_, over, sentence) => {
    expect(messageOf(over)).toContain(sentence);
  });

  it('are all reported at once', () => {
    const message = messageOf({ rewind: 101, start: { name: 'noise' }, pruning: { examples: 5 } });
    expect(message).toContain('3 mistakes');
    for (const start of ['rewind is 101', 'start.deviations is missing', 'pruning.examples is 5']) {
      expect(message).toContain(start);
    }
  });
});

describe('fields that agree', () => {
  it.each<readonly [string, Record<string, unknown>]>([
    [
      'examples for a score of examples',
      { pruning: { score: 'fisher', schedule: 'one-shot', examples: 50, steps: 4 } },
    ],
    ['movement once trained', { pruning: { score: 'movement' } }],
    ['frozen blocks', { pruning: { structure: { blocks: 4 } }, pruned: 'frozen' }],
    [
      'frozen weights of a learned mask',
      { pruning: { schedule: 'supermask', learned: { initial: 1 } }, pruned: 'frozen' },
    ],
    ['units at initialisation', { pruning: { structure: 'units', schedule: 'at-initialisation' } }],
    ['single weights by name', { pruning: { structure: 'weights', schedule: 'gradual', gradual: { every: 10 } } }],
    ['gradients while training', { pruning: { schedule: 'early-bird', score: 'snip' } }],
    ['no rewind in epochs', { pruning: { schedule: 'rigl', dynamic: { fraction: 0.5 } }, rewind: '0ep' }],
    ['early-bird tickets that keep final values', { pruning: { schedule: 'early-bird' }, retrain: 'fine-tune' }],
    ['edge-popup at densities', { pruning: { schedule: 'edge-popup', densities: [0.5, 0.2] } }],
    ['noise of two sizes', { controls: { starts: [0.5, 1].map((deviations) => ({ name: 'noise', deviations })) } }],
    [
      'a start, and the same as a control',
      { start: { name: 'reshuffle' }, controls: { starts: [{ name: 'reshuffle' }] } },
    ],
    ['lengths in units that are compared later', { rewind: '2ep', evaluateEvery: '1ep' }],
  ])('are taken: %s', (_, over) => {
    expect(disagreements(specify(over))).toEqual([]);
  });

  it('have no more levels than there are densities to reach', () => {
    expect(specify({ pruning: { schedule: 'supermask' }, levels: 9 }).levels).toBe(2);
    expect(specify({ pruning: { schedule: 'edge-popup', densities: [0.5, 0.2] }, levels: 9 }).levels).toBe(3);
    expect(specify({ pruning: { schedule: 'gradual' }, levels: 9 }).levels).toBe(9);
  });
});
