import { activationAware } from './activation.js';
import {
  largeInitial,
  largeInitialLargeFinal,
  magnitudeIncrease,
  movement,
  sameSign,
  smallFinal,
  smallInitial,
  smallInitialSmallFinal,
} from './before-and-after.js';
import { fisher, gradientMagnitude, grasp, snip, taylor } from './gradient.js';
import { lamp } from './lamp.js';
import { magnitude } from './magnitude.js';
import { random } from './random.js';
import type { Score, ScoreContext } from './score.js';
import { synflow } from './synflow.js';

/** Every score by name: one line each. */
export const scores = {
  magnitude,
  random,
  'small-final': smallFinal,
  'large-initial': largeInitial,
  'small-initial': smallInitial,
  'large-initial-large-final': largeInitialLargeFinal,
  'small-initial-small-final': smallInitialSmallFinal,
  'magnitude-increase': magnitudeIncrease,
  movement,
  'magnitude-same-sign': sameSign(magnitude),
  'small-final-same-sign': sameSign(smallFinal),
  'large-initial-same-sign': sameSign(largeInitial),
  'small-initial-same-sign': sameSign(smallInitial),
  'large-initial-large-final-same-sign': sameSign(largeInitialLargeFinal),
  'small-initial-small-final-same-sign': sameSign(smallInitialSmallFinal),
  'magnitude-increase-same-sign': sameSign(magnitudeIncrease),
  'movement-same-sign': sameSign(movement),
  lamp,
  'gradient-magnitude': gradientMagnitude,
  taylor,
  fisher,
  snip,
  grasp,
  synflow,
  'activation-aware': activationAware,
} as const satisfies Record<string, Score>;

export type ScoreName = keyof typeof scores;

export const scoreNames = Object.keys(scores) as ScoreName[];

/** Those that draw numbers, and so need a seed in a mask's specification. */
export const drawnScores: ReadonlySet<ScoreName> = new Set(
  scoreNames.filter((name) => (scores[name] as Score).draws === true),
);

/** Those that use the values before training. */
export const scoresOfInitial: ReadonlySet<ScoreName> = new Set(
  scoreNames.filter((name) => (scores[name] as Score).needsInitial === true),
);

/** Those that must be measured on examples, and so need to know which. */
export const scoresOfExamples: ReadonlySet<ScoreName> = new Set(
  scoreNames.filter((name) => needsExamples(scores[name])),
);

/** Whether a score is measured on examples. */
export function needsExamples({ needs = [] }: Score): boolean {
  return needs.some((quantity) => quantity !== 'flow');
}

export { asScore } from './check.js';
export type { Score, ScoreContext };
