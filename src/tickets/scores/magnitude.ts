import type { Score } from './score.js';

/** |w| after training. */
export const magnitude: Score = {
  title: 'the largest |weight| after training',
  source: 'Han et al. 2015; Frankle and Carbin 2019; large final of Zhou et al. 2019',
  of: ({ trained }) => trained.map(Math.abs),
};
