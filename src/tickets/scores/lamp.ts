import type { Score } from './score.js';

/**
 * Layer-adaptive magnitude: w^2 over the sum of w^2 of all survivors of the layer that are no smaller (Lee et al. 2021,
 * equation 2). Ranked over all layers it chooses their densities by itself, and each keeps its largest weight, whose score
 * is 1, until last. Sums are taken in double precision from the largest weight down, equal ones by place.
 */
export const lamp: Score = {
  title: 'the largest |weight| relative to those of its layer that are larger',
  source: 'Lee et al. 2021 (LAMP), equation 2',
  of: ({ trained, mask }) => {
    const alive = Array.from(mask.keys()).filter((i) => mask[i] !== 0);
    alive.sort((a, b) => Math.abs(trained[b]) - Math.abs(trained[a]) || a - b);
    const scores = new Float32Array(trained.length);
    let sum = 0;
    for (const i of alive) {
      const square = trained[i] * trained[i];
      sum += square;
      scores[i] = sum === 0 ? 0 : square / sum;
    }
    return scores;
  },
};
