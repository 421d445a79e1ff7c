import type { Score } from './score.js';

/** |w| after training: the score of Han et al. 2015 and of Frankle and Carbin 2019. */
export const magnitude: Score = (weights) => weights.map(Math.abs);
