import { aboutRewinds } from '../shared/rewinds/options.js';
import { trainedPoints } from '../shared/rewinds/trained-point.js';
import type { Study } from '../study.js';
import type { RewindFound } from './found.js';
import { options, planRewind, type RewindPlan, type RewindStudyOptions } from './plan.js';
import { rewindReport } from './report.js';

/** What tickets are to be rewound to: how good they are against that iteration. */
export const rewind: Study<RewindStudyOptions, RewindPlan, RewindFound> = {
  name: 'rewind',
  title: 'how good tickets are against the iteration they are rewound to, beside re-initialised ones',
  about: `${aboutRewinds}\nTickets are shared with other studies of the same rewinds and densities.`,
  examples: ['rewind lenet-mnist --trials 3 --rewinds 0,100,500,2ep --random-mask 1'],
  options,
  plan: planRewind,
  async assemble(
    { base, options: { densities, reinitialise, randomMask, at }, rewinds, iterations, trainings },
    store,
  ) {
    return {
      rewinds,
      densities,
      trials: base.trials,
      iterations,
      at,
      draws: { reinitialise, randomMask },
      trained: await trainedPoints(trainings, store),
      planned: trainings.length,
    };
  },
  report: rewindReport,
  figures: async () => (await import('./figures.js')).rewindFigures,
};
