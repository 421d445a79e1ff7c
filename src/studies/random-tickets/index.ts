import type { Study } from '../study.js';
import { assembleRandomTickets } from './assemble.js';
import type { RandomTicketsFound } from './found.js';
import { planRandomTickets, type RandomTicketsOptions, type RandomTicketsWork } from './plan.js';

export { type RandomTicketsOptions, type RandomTicketsWork, randomTicketsDefaults } from './plan.js';

/** How randomly drawn tickets compare with the winning one: in accuracy, in speed, and in what they are like. */
export const randomTickets: Study<RandomTicketsOptions, RandomTicketsWork, RandomTicketsFound> = {
  title: 'where the winning ticket stands among many that are drawn at random, and what tells them apart',
  plan: planRandomTickets,
  assemble: assembleRandomTickets,
};
