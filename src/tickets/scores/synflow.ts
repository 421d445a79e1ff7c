import { byWeight } from './by-weight.js';
import type { Score } from './score.js';

/**
 * |w| dR/d|w|: how much of a signal of ones, sent through the absolute weights, flows along a weight. Pruned in many steps
 * it never empties a layer that all of the signal passes through while another has more than one weight (Tanaka et al. 2020,
 * theorem 3); a layer beside a shortcut it may empty.
 */
export const synflow: Score = {
  title: 'those through which most of a signal of ones flows',
  source: 'Tanaka et al. 2020 (SynFlow), equation 2',
  needs: ['flow'],
  of: ({ trained, measured }) => byWeight(trained, measured('flow'), (w, flow) => Math.abs(w) * flow),
};
