import type { PropertyChoices } from '../../analysis/ticket-properties/index.js';
import { buildGraph, type DatasetFacts, type PlannedCell } from '../../experiments/graph.js';
import { planProperties, propertyDefaults } from '../../experiments/measurements/properties.js';
import type { WeightsAt } from '../../experiments/results.js';
import type { RunSpecification } from '../../experiments/schema.js';
import { InputError } from '../../networks/errors.js';
import { deriveSeed } from '../../random/stream.js';
import { askedFor, passingThrough, specifyScheme, usualDensities } from '../shared/ladder.js';
import { schemes } from '../shared/schemes/table.js';
import type { StudyWork } from '../study.js';
import type { RandomKind } from './found.js';

export interface RandomTicketsOptions {
  /** Shares of weights kept, falling. */
  readonly densities: readonly number[];
  /** Others that the winner's ladder passes through on the way, to share its tickets with studies of those. */
  readonly through: readonly number[];
  /** Random tickets of each kind, density and trial. */
  readonly draws: number;
  readonly kinds: readonly RandomKind[];
  readonly moment: WeightsAt;
  /** How closely tickets are looked at; null for not at all. */
  readonly properties: PropertyChoices | null;
}

export const randomTicketsDefaults: RandomTicketsOptions = {
  densities: [0.05],
  through: usualDensities,
  draws: 50,
  kinds: ['random-mask', 'reinitialise'],
  moment: 'early-stop',
  properties: propertyDefaults,
};

/** A training that the study shows, and what is measured of it; no ids where that is nothing. */
export interface RandomTicketsPlace {
  readonly cell: PlannedCell;
  /** Asked for; 1 for the dense network. */
  readonly density: number;
  readonly before: string | null;
  readonly after: string | null;
}

export interface RandomTicketsWork extends StudyWork {
  readonly options: RandomTicketsOptions;
  readonly places: readonly RandomTicketsPlace[];
}

function labelOf({ condition, trial, draw }: PlannedCell, density: number, when: string): string {
  const drawn = condition === 'ticket' ? '' : ` ${draw + 1}`;
  return `properties ${when} training, ${condition}${drawn}, trial ${trial + 1}, ${(density * 100).toFixed(1)}%`;
}

/**
 * The cells of iterative magnitude pruning, which every study of these densities shares; at the densities asked for so many
 * random tickets of each trial, which are the controls of a run; and the properties of all of these, before training and after.
 *
 * @throws InputError when there is nothing to draw, or settings and densities do not fit
 */
export function planRandomTickets(
  base: RunSpecification,
  options: RandomTicketsOptions,
  facts: DatasetFacts,
): RandomTicketsWork {
  const { densities, draws, kinds, properties } = options;
  if (kinds.length === 0 || draws < 1) {
    throw new InputError(
      `there are ${draws} draws of ${kinds.join(', ') || 'no kind'} asked for; expected at least one draw of random-mask or reinitialise.`,
    );
  }
  const controls = {
    reinitialise: kinds.includes('reinitialise') ? draws : 0,
    randomMask: kinds.includes('random-mask') ? draws : 0,
  };
  const request = { base, densities: passingThrough(densities, options.through), controls, kind: 'random-tickets' };
  const specification = specifyScheme(request, schemes.imp);
  const graph = buildGraph(specification, facts);
  const cells: PlannedCell[] = [];
  const places: RandomTicketsPlace[] = [];
  const measurements = [];
  for (const cell of graph.cells) {
    const density = askedFor(specification, cell, densities);
    const isOnTheWay = cell.condition === 'ticket';
    if (density === undefined && !isOnTheWay) continue;
    cells.push(cell);
    if (density === undefined) continue;
    if (cell.condition === 'dense' || properties === null) {
      places.push({ cell, density, before: null, after: null });
      continue;
    }
    // One choice of examples for all tickets of a trial, which follows from its split alone.
    const seed = deriveSeed(cell.specification.data.splitSeed, 'properties');
    const before = planProperties(cell, 'before', seed, labelOf(cell, density, 'before'), properties);
    const after = planProperties(cell, 'after', seed, labelOf(cell, density, 'after'), properties);
    measurements.push(before, after);
    places.push({ cell, density, before: before.id, after: after.id });
  }
  return { base, network: graph.network, cells, measurements, options, places };
}
