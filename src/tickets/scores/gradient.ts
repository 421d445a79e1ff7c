import { byWeight } from './by-weight.js';
import type { Score, ScoreContext } from './score.js';

/** Scores by the loss's gradients, of a trained network or at initialisation. L is the mean loss over the examples. */

/** A score of two numbers a weight: its value and one that was measured. */
const from =
  (quantity: 'gradient' | 'squared-gradient' | 'hessian-gradient', value: (w: number, measured: number) => number) =>
  ({ trained, measured }: ScoreContext): Float64Array => {
    return byWeight(trained, measured(quantity), value);
  };

export const gradientMagnitude: Score = {
  title: 'the largest |gradient| of the loss',
  source: 'after Blalock et al. 2020, whose gradient magnitude is |weight x gradient|, as snip has it',
  needs: ['gradient'],
  of: from('gradient', (_, gradient) => Math.abs(gradient)),
};

/** First-order estimate of the squared change of the loss when a weight goes: (w dL/dw)^2. */
export const taylor: Score = {
  title: 'the largest (weight x gradient) squared',
  source: 'Molchanov et al. 2019, equation 8',
  needs: ['gradient'],
  of: from('gradient', (w, gradient) => (w * gradient) ** 2),
};

/** Optimal Brain Damage's saliency, h w^2 / 2, with the diagonal of the empirical Fisher information for h. */
export const fisher: Score = {
  title: 'the largest weight squared x mean squared gradient',
  source: 'LeCun et al. 1990 (Optimal Brain Damage), equation 5; Theis et al. 2018',
  needs: ['squared-gradient'],
  of: from('squared-gradient', (w, squared) => (w * w * squared) / 2),
};

/** |dL/dc| at c = 1 for a factor c on each weight: |w dL/dw|. The division by the sum does not change the ranking and is omitted. */
export const snip: Score = {
  title: 'the largest |weight x gradient|: connection sensitivity',
  source: 'Lee et al. 2019 (SNIP), equation 5',
  needs: ['gradient'],
  of: from('gradient', (w, gradient) => Math.abs(w * gradient)),
};

/**
 * The paper prunes the highest -w (H g): the weights whose removal lowers the gradient's norm least. So w (H g) is what is kept.
 * How H g is computed is a choice of the measurement: see `HessianChoice`.
 */
export const grasp: Score = {
  title: 'those whose removal would reduce the gradient norm most: weight x (Hessian x gradient)',
  source: 'Wang et al. 2020 (GraSP), equation 8',
  needs: ['hessian-gradient'],
  of: from('hessian-gradient', (w, product) => w * product),
};
