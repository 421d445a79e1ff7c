import { byWeight } from './by-weight.js';
import type { Score } from './score.js';

/** |w| times the norm of the input it multiplies, over the examples; of a convolution, of the whole input channel. */
export const activationAware: Score = {
  title: 'the largest |weight| x norm of its input',
  source: 'Sun et al. 2024 (Wanda), equation 1',
  needs: ['input-norm'],
  of: ({ trained, measured }) => byWeight(trained, measured('input-norm'), (w, norm) => Math.abs(w) * norm),
};
