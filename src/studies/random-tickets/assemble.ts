import type { TicketProperties } from '../../analysis/ticket-properties/index.js';
import type { StudyStore } from '../study.js';
import type { RandomTicketsFound, StudiedTicket } from './found.js';
import type { RandomTicketsPlace, RandomTicketsPlan } from './plan.js';

/** What was found of random tickets so far. Trainings that are not finished are absent. */
export async function assembleRandomTickets(
  { base, options, properties, places }: RandomTicketsPlan,
  store: StudyStore,
): Promise<RandomTicketsFound> {
  const tickets: StudiedTicket[] = [];
  for (const place of places) {
    if (await store.has(place.cell.id)) tickets.push(await ticketAt(place, options.accuracy, store));
  }
  return {
    densities: options.densities,
    kinds: options.kinds,
    draws: options.draws,
    trials: base.trials,
    at: options.accuracy,
    properties,
    tickets,
    planned: places.length,
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
