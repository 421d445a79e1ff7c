import { magnitude } from './magnitude.js';
import type { Score } from './score.js';

/** Every score by name: one file and one line each. */
export const scores = { magnitude } as const satisfies Record<string, Score>;

export type ScoreName = keyof typeof scores;

export const scoreNames = Object.keys(scores) as ScoreName[];

export type { Score };
