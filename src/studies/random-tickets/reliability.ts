import { type Intraclass, intraclass } from '../../analysis/intraclass.js';
import type { RandomKind, RandomTicketsFound } from './found.js';

/**
 * How much of the spread of random tickets' accuracies is the tickets': the share that stays under another order of examples. Trials
 * are blocks, whose data and winners differ. Tickets that lack an order, or diverged under one, are left out.
 *
 * @returns null with one order, and with too little
 */
export function reliabilityOf(
  { tickets, repeats, orders, trials }: RandomTicketsFound,
  kind: RandomKind,
  density: number,
): Intraclass | null {
  if (orders < 2) return null;
  const all = [...tickets, ...repeats].filter(
    ({ condition, density: at, status }) => condition === kind && at === density && status === 'done',
  );
  const blocks = Array.from({ length: trials }, (_, trial) => {
    const own = all.filter((one) => one.trial === trial);
    return [...new Set(own.map(({ draw }) => draw))]
      .map((draw) => own.filter((one) => one.draw === draw).map(({ accuracy }) => accuracy))
      .filter((values) => values.length === orders);
  });
  return intraclass(blocks);
}
