import type { SpecificationInput } from '../../../experiments/schema.js';

/** A method for finding tickets, as settings over a run's own. */
export interface Scheme {
  /** What figures and tables call it: a few words. */
  readonly title: string;
  readonly source: string;
  /** What the others are compared with. */
  readonly reference?: 'imp';
  /** True where it trains and prunes in rounds, so that there are levels between the densities asked for. */
  readonly inRounds?: boolean;
  /** Settings of pruning, in place of the run's own: those of the method's authors. */
  readonly pruning: Pruning;
  /** In their place where channels have a batch normalisation over them. */
  readonly channels?: Pruning;
  /** What the scheme was before it was brought into line with its authors' code. */
  readonly earlier?: Pruning;
}

type Pruning = NonNullable<SpecificationInput['pruning']>;

/** Which form of its method a scheme has: that of the method's authors, or the one of studies recorded before there was a choice. */
export const methodWays = ['authors', 'earlier'] as const;
export type MethodWay = (typeof methodWays)[number];

/** All layers are ranked together, the output with the others, as the methods of pruning at initialisation have it. */
const everywhere = { scope: 'global', rate: 0.2, rates: { output: 0.2 } } as const;
const atInitialisation = { schedule: 'at-initialisation', ...everywhere } as const;

/** Methods for finding tickets by name: one entry each. A study takes some of them, or all. */
export const schemes = {
  imp: {
    title: 'iterative magnitude',
    source: 'Frankle and Carbin 2019',
    reference: 'imp',
    inRounds: true,
    pruning: { score: 'magnitude', scope: 'layer', schedule: 'iterative' },
  },
  'one-shot': {
    title: 'one-shot magnitude',
    source: 'Frankle and Carbin 2019, section 2',
    pruning: { score: 'magnitude', scope: 'layer', schedule: 'one-shot' },
  },
  lamp: {
    title: 'one-shot LAMP',
    source: 'Lee et al. 2021',
    pruning: { score: 'lamp', schedule: 'one-shot', ...everywhere },
  },
  'same-sign': {
    title: 'one-shot magnitude, same sign',
    source: 'Zhou et al. 2019',
    pruning: { score: 'magnitude-same-sign', scope: 'layer', schedule: 'one-shot' },
  },
  movement: {
    title: 'one-shot movement',
    source: 'Zhou et al. 2019',
    pruning: { score: 'movement', scope: 'layer', schedule: 'one-shot' },
  },
  taylor: {
    title: 'one-shot Taylor',
    source: 'Molchanov et al. 2019',
    pruning: { score: 'taylor', schedule: 'one-shot', ...everywhere },
  },
  fisher: {
    title: 'one-shot Fisher (OBD)',
    source: 'LeCun et al. 1990',
    pruning: { score: 'fisher', schedule: 'one-shot', ...everywhere },
  },
  'activation-aware': {
    title: 'one-shot activation-aware',
    source: 'Sun et al. 2024',
    pruning: { score: 'activation-aware', scope: 'layer', schedule: 'one-shot' },
  },
  'early-bird': {
    title: 'early-bird',
    source: 'You et al. 2020',
    pruning: { score: 'magnitude', scope: 'layer', schedule: 'early-bird', earlyBird: { afterwards: 'continue' } },
    channels: {
      score: 'magnitude',
      structure: 'units',
      schedule: 'early-bird',
      earlyBird: { afterwards: 'continue' },
      ...everywhere,
    },
    earlier: { score: 'magnitude', scope: 'layer', schedule: 'early-bird', earlyBird: { distance: 'absolute' } },
  },
  'early-bird-weights': {
    title: 'early-bird by weights, rewound',
    source: 'after You et al. 2020',
    pruning: { score: 'magnitude', scope: 'layer', schedule: 'early-bird', earlyBird: { afterwards: 'rewind' } },
  },
  gradual: {
    title: 'gradual magnitude',
    source: 'Zhu and Gupta 2018',
    pruning: { score: 'magnitude', scope: 'layer', schedule: 'gradual' },
  },
  set: {
    title: 'SET',
    source: 'Mocanu et al. 2018',
    pruning: { scope: 'erdos-renyi', rate: 0.2, rates: { output: 0 }, schedule: 'set' },
    earlier: {
      scope: 'erdos-renyi',
      rate: 0.2,
      schedule: 'set',
      dynamic: { drop: 'by-magnitude', grow: 'elsewhere' },
    },
  },
  rigl: {
    title: 'RigL',
    source: 'Evci et al. 2020',
    pruning: { scope: 'erdos-renyi-kernel', rate: 0.2, schedule: 'rigl' },
    earlier: { scope: 'erdos-renyi', rate: 0.2, schedule: 'rigl', dynamic: { atChange: 'step' } },
  },
  'edge-popup': {
    title: 'edge-popup, then trained',
    source: 'Ramanujan et al. 2020',
    pruning: { scope: 'uniform', rate: 0.2, schedule: 'edge-popup' },
    earlier: {
      scope: 'uniform',
      rate: 0.2,
      schedule: 'edge-popup',
      learned: { optimiser: 'run', initialisation: 'run' },
    },
  },
  snip: {
    title: 'SNIP',
    source: 'Lee et al. 2019',
    pruning: { score: 'snip', ...atInitialisation },
  },
  grasp: {
    title: 'GraSP',
    source: 'Wang et al. 2020',
    pruning: { score: 'grasp', ...atInitialisation },
    earlier: { score: 'grasp', hessian: 'finite-difference', ...atInitialisation },
  },
  synflow: {
    title: 'SynFlow',
    source: 'Tanaka et al. 2020',
    pruning: { score: 'synflow', ...atInitialisation },
  },
  'magnitude-at-initialisation': {
    title: 'magnitude at initialisation',
    source: 'Frankle et al. 2021',
    pruning: { score: 'magnitude', ...atInitialisation },
  },
  random: {
    title: 'random',
    source: 'uniform over layers',
    pruning: { score: 'random', schedule: 'at-initialisation', scope: 'uniform', rate: 0.2 },
  },
  'random-erdos-renyi': {
    title: 'random, Erdős–Rényi',
    source: 'Mocanu et al. 2018',
    pruning: { score: 'random', schedule: 'at-initialisation', scope: 'erdos-renyi', rate: 0.2 },
  },
} as const satisfies Record<string, Scheme>;

export type SchemeName = keyof typeof schemes;

export const schemeNames = Object.keys(schemes) as SchemeName[];

/** Those of Frankle et al. 2021's sanity check, beside iterative pruning. */
export const sanitySchemes: readonly SchemeName[] = [
  'imp',
  'one-shot',
  'snip',
  'grasp',
  'synflow',
  'magnitude-at-initialisation',
];
