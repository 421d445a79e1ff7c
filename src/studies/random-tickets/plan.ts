import type { PropertyChoices } from '../../analysis/ticket-properties/index.js';
import type { DatasetFacts } from '../../experiments/dataset-facts.js';
import { buildGraph, type PlannedCell } from '../../experiments/graph.js';
import { planProperties, propertyDefaults } from '../../experiments/measurements/properties.js';
import { weightsAt } from '../../experiments/results.js';
import type { RunSpecification } from '../../experiments/schema.js';
import { variantOf } from '../../experiments/variant.js';
import { InputError } from '../../networks/errors.js';
import { deriveSeed } from '../../random/stream.js';
import { askedFor, passingThrough, specifyScheme, throughOption, usualDensities } from '../shared/ladder.js';
import { choice, count, densities, onOff, several, type ValuesOf } from '../shared/options.js';
import { schemes } from '../shared/schemes/table.js';
import type { StudyPlan } from '../study.js';
import { randomKinds } from './found.js';

export const options = {
  densities: densities({ help: 'shares of weights kept', default: [0.05] }),
  through: throughOption(usualDensities),
  draws: count({ help: 'random tickets of each kind, density and trial', default: 50, least: 1 }),
  orders: count({
    help: 'orders of examples that every random ticket is trained under: with 2 or more, the study says what share of the variance is the ticket’s',
    default: 1,
    least: 1,
  }),
  kinds: several(randomKinds, {
    help: 'random-mask: other masks, as dense in every layer, with the winner’s initial values; reinitialise: other values on its mask',
    default: randomKinds,
    what: 'kind of random ticket',
  }),
  accuracy: choice(weightsAt, {
    help: 'test accuracy of which weights: those of the lowest validation loss, or the last ones',
    default: 'early-stop',
    placeholder: 'weights',
  }),
  examples: count({
    help: 'training examples that gradient and curvature are measured on',
    default: propertyDefaults.examples,
    least: 1,
  }),
  properties: onOff({ help: 'measure properties of every ticket; without: train and rank alone', default: true }),
};

export type RandomTicketsOptions = ValuesOf<typeof options>;

/** A training that the study shows, and what is measured of it; no ids where that is nothing. */
export interface RandomTicketsPlace {
  readonly cell: PlannedCell;
  /** Asked for; 1 for the dense network. */
  readonly density: number;
  readonly before: string | null;
  readonly after: string | null;
}

/** A random ticket trained again, under another order of examples. */
export interface RepeatedPlace {
  readonly cell: PlannedCell;
  readonly density: number;
  /** From 1; 0 is the ticket's first training. */
  readonly order: number;
}

export interface RandomTicketsPlan extends StudyPlan {
  readonly options: RandomTicketsOptions;
  /** How closely tickets are looked at; null for not at all. */
  readonly properties: PropertyChoices | null;
  readonly places: readonly RandomTicketsPlace[];
  readonly repeats: readonly RepeatedPlace[];
}

function labelOf({ condition, trial, draw }: PlannedCell, density: number, when: string): string {
  const drawn = condition === 'ticket' ? '' : ` ${draw + 1}`;
  return `properties ${when} training, ${condition}${drawn}, trial ${trial + 1}, ${(density * 100).toFixed(1)}%`;
}

const isRandomKind = (condition: string): boolean => randomKinds.some((kind) => kind === condition);

/** The same ticket under further orders, which follow from its own. */
function repeatsOf(cell: PlannedCell, density: number, orders: number): RepeatedPlace[] {
  return Array.from({ length: orders - 1 }, (_, place): RepeatedPlace => {
    const orderSeed = deriveSeed(cell.specification.orderSeed, 'repeat', place);
    return { cell: variantOf(cell, { orderSeed }), density, order: place + 1 };
  });
}

/**
 * The cells of iterative magnitude pruning, which every study of these densities shares; at the densities asked for so many
 * random tickets of each trial, which are the controls of a run, under so many orders; and the properties of all of these, before training and after.
 *
 * @throws InputError when there is nothing to draw, or settings and densities do not fit
 */
export function planRandomTickets(
  base: RunSpecification,
  options: RandomTicketsOptions,
  facts: DatasetFacts,
): RandomTicketsPlan {
  const { draws, kinds } = options;
  const properties = options.properties ? { ...propertyDefaults, examples: options.examples } : null;
  if (kinds.length === 0 || draws < 1) {
    throw new InputError(
      `there are ${draws} draws of ${kinds.join(', ') || 'no kind'} asked for; expected at least one draw of random-mask or reinitialise.`,
    );
  }
  const controls = {
    reinitialise: kinds.includes('reinitialise') ? draws : 0,
    randomMask: kinds.includes('random-mask') ? draws : 0,
  };
  const request = {
    base,
    densities: passingThrough(options.densities, options.through),
    controls,
    kind: 'random-tickets',
  };
  const specification = specifyScheme(request, schemes.imp);
  const graph = buildGraph(specification, facts);
  const cells: PlannedCell[] = [];
  const places: RandomTicketsPlace[] = [];
  const repeats: RepeatedPlace[] = [];
  const measurements = [];
  for (const cell of graph.cells) {
    const density = askedFor(specification, cell, options.densities);
    const isOnTheWay = cell.condition === 'ticket';
    if (density === undefined && !isOnTheWay) continue;
    cells.push(cell);
    if (density === undefined) continue;
    if (isRandomKind(cell.condition)) repeats.push(...repeatsOf(cell, density, options.orders));
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
  return {
    base,
    network: graph.network,
    cells: [...cells, ...repeats.map(({ cell }) => cell)],
    measurements,
    options,
    properties,
    places,
    repeats,
  };
}
