import { weightsAt } from '../../../experiments/results.js';
import { usualDensities } from '../ladder.js';
import { choice, densities, lengths, type ValuesOf } from '../options.js';

/** Options of the studies that rewind tickets to several iterations. */
export const rewindOptions = {
  rewinds: lengths({
    help: 'iterations of the dense training that tickets are rewound to, or epochs (2ep)',
    default: [0, 100, 500, 2000],
  }),
  densities: densities({ help: 'shares of weights kept', default: usualDensities }),
  at: choice(weightsAt, {
    help: 'which weights are compared: the last ones, or those of the lowest validation loss',
    default: 'end',
    placeholder: 'weights',
  }),
};

export type RewindOptions = ValuesOf<typeof rewindOptions>;

/** For help texts. */
export const aboutRewinds =
  'Tickets are those of iterative magnitude pruning, at the densities and at those on the way to them. The settings’ own pruning, levels, controls, rewind and starts are replaced by those of the study; network, data, training and trials stay. Tickets rewound to 0 are shared with every run and study that has them; the others share a dense network that keeps its weights at every rewind.';
