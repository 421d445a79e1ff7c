import type { Study } from '../study.js';
import { assembleRandomTickets } from './assemble.js';
import type { RandomTicketsFound } from './found.js';
import { options, planRandomTickets, type RandomTicketsOptions, type RandomTicketsPlan } from './plan.js';
import { randomTicketsReport } from './report.js';

/** How randomly drawn tickets compare with the winning one: in accuracy, in speed, and in what they are like. */
export const randomTickets: Study<RandomTicketsOptions, RandomTicketsPlan, RandomTicketsFound> = {
  name: 'random-tickets',
  title: 'where the winning ticket stands among many that are drawn at random, and what sets it apart',
  about: `Tickets are found by iterative magnitude pruning, which studies of the same densities share; random ones are the first so many controls of a run. Where the winner stands among n random tickets is exact: with 50 of them a trial, first place has a chance of 1 in 51.

Properties of every ticket (paths, dead units, degrees, gradients, curvature, tangent kernel) are measured before and after training, some seconds a ticket of LeNet-300-100; larger networks take longer, which fewer --examples or --no-properties spares.`,
  examples: [
    'random-tickets lenet-mnist --trials 3 --set iterations=12000',
    'random-tickets --densities 0.2,0.02 --draws 20 --kinds random-mask --no-properties',
  ],
  options,
  plan: planRandomTickets,
  assemble: assembleRandomTickets,
  report: randomTicketsReport,
  figures: async () => (await import('./figures/index.js')).randomTicketsFigures,
};
