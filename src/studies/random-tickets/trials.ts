import type { RandomKind, RandomTicketsFound, StudiedTicket } from './found.js';

/** The tickets of one trial that are compared with one another. */
export interface TrialTickets {
  readonly trial: number;
  /** Null where it has not finished, or diverged; so is the dense network. */
  readonly winner: StudiedTicket | null;
  readonly dense: StudiedTicket | null;
  /** Random tickets that finished and did not diverge. */
  readonly draws: readonly StudiedTicket[];
  readonly diverged: number;
}

/** The tickets of each trial, the first trial first. */
export function trialsOf({ tickets, trials }: RandomTicketsFound, kind: RandomKind, density: number): TrialTickets[] {
  return Array.from({ length: trials }, (_, trial): TrialTickets => {
    const own = tickets.filter((ticket) => ticket.trial === trial);
    const only = (condition: string, at: number) =>
      own.find((ticket) => ticket.condition === condition && ticket.density === at && ticket.status === 'done') ?? null;
    const drawn = own.filter((ticket) => ticket.condition === kind && ticket.density === density);
    return {
      trial,
      winner: only('ticket', density),
      dense: only('dense', 1),
      draws: drawn.filter(({ status }) => status === 'done'),
      diverged: drawn.filter(({ status }) => status === 'diverged').length,
    };
  });
}
