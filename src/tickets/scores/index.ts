import { magnitude } from './magnitude.js';
import { random } from './random.js';
import type { Score, ScoreContext } from './score.js';

/** Every score by name: one file and one line each. */
export const scores = { magnitude, random } as const satisfies Record<string, Score>;

export type ScoreName = keyof typeof scores;

export const scoreNames = Object.keys(scores) as ScoreName[];

/** Those that draw numbers, and so need a seed in a mask's specification. */
export const drawnScores: ReadonlySet<ScoreName> = new Set(['random']);

export type { Score, ScoreContext };
