import type { TicketProperties } from '../../analysis/ticket-properties/index.js';
import type { StudyStore } from '../study.js';
import type { RandomKind, RandomTicketsFound, RepeatedTicket, StudiedTicket } from './found.js';
import type { RandomTicketsPlace, RandomTicketsPlan } from './plan.js';

/** What was found of random tickets so far. Trainings that are not finished are absent. */
export async function assembleRandomTickets(
  { base, options, properties, places, repeats }: RandomTicketsPlan,
  store: StudyStore,
): Promise<RandomTicketsFound> {
  const tickets: StudiedTicket[] = [];
  for (const place of places) {
    if (await store.has(place.cell.id)) tickets.push(await ticketAt(place, options.accuracy, store));
  }
  const again: RepeatedTicket[] = [];
  for (const { cell, density, order } of repeats) {
    if (!(await store.has(cell.id))) continue;
    const { status, earlyStop, end } = await store.readSummary(cell.id);
    const { testAccuracy: accuracy } = options.accuracy === 'end' ? end : earlyStop;
    const { condition, trial, draw } = cell;
    again.push({ condition: condition as RandomKind, density, trial, draw, order, status, accuracy });
  }
  return {
    densities: options.densities,
    kinds: options.kinds,
    draws: options.draws,
    trials: base.trials,
    at: options.accuracy,
    properties,
    tickets,
    orders: options.orders,
    repeats: again,
    planned: places.length + repeats.length,
  };
}

async function ticketAt(
  { cell, density, before, after }: RandomTicketsPlace,
  at: RandomTicketsFound['at'],
  store: StudyStore,
): Promise<StudiedTicket> {
  const { status, density: kept, earlyStop, end } = await store.readSummary(cell.id);
  const measured = async (id: string | null) =>
    id !== null && (await store.hasMeasurement(id)) ? ((await store.readMeasurement(id)) as TicketProperties) : null;
  return {
    condition: cell.condition as StudiedTicket['condition'],
    density,
    kept,
    trial: cell.trial,
    draw: cell.draw,
    status,
    accuracy: (at === 'end' ? end : earlyStop).testAccuracy,
    earlyStop: earlyStop.iteration,
    before: await measured(before),
    after: await measured(after),
  };
}
