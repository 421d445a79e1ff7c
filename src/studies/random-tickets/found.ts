import type { PropertyChoices, TicketProperties } from '../../analysis/ticket-properties/index.js';
import type { WeightsAt } from '../../experiments/results.js';

/** What a study of random tickets found, as plain data: densities and accuracies are shares of 1, iterations optimiser steps. */

/** How a ticket is drawn at random beside a winning one: another mask with its initial values, or its mask with other values. */
export const randomKinds = ['random-mask', 'reinitialise'] as const;
export type RandomKind = (typeof randomKinds)[number];

/** One training of the study. */
export interface StudiedTicket {
  /** `ticket`: the winning one, found by iterative magnitude pruning. */
  readonly condition: 'dense' | 'ticket' | RandomKind;
  /** Share of weights asked for; 1 for the dense network. */
  readonly density: number;
  /** Share that its mask really kept. */
  readonly kept: number;
  /** From 0. */
  readonly trial: number;
  /** Which of several random tickets of one trial, from 0. */
  readonly draw: number;
  /** `diverged`: the loss turned NaN or infinite; such a ticket is in no ranking and no mean. */
  readonly status: 'done' | 'diverged';
  /** Test accuracy of the weights that the study asks for. */
  readonly accuracy: number;
  /** Iteration of the lowest validation loss. */
  readonly earlyStop: number;
  /** At the values it started from; null where that was not measured. */
  readonly before: TicketProperties | null;
  /** At its final values. */
  readonly after: TicketProperties | null;
}

/** A random ticket trained again, under another order of examples. */
export interface RepeatedTicket extends Pick<StudiedTicket, 'density' | 'trial' | 'draw' | 'status' | 'accuracy'> {
  readonly condition: RandomKind;
  /** From 1. */
  readonly order: number;
}

export interface RandomTicketsFound {
  /** Asked for, falling. */
  readonly densities: readonly number[];
  readonly kinds: readonly RandomKind[];
  /** Random tickets of each kind, density and trial that were asked for. */
  readonly draws: number;
  readonly trials: number;
  readonly at: WeightsAt;
  /** How closely tickets were looked at; null where they were not. */
  readonly properties: PropertyChoices | null;
  /** Every finished training at a density asked for, and the dense networks. */
  readonly tickets: readonly StudiedTicket[];
  /** Orders of examples that random tickets are trained under; those after the first are `repeats`. */
  readonly orders: number;
  readonly repeats: readonly RepeatedTicket[];
  /** How many there are to be of these. */
  readonly planned: number;
}
