import type { AgreementValues, MatchingValues, OverlapValues } from '../../analysis/overlap/values.js';
import type { DatasetFacts } from '../../experiments/dataset-facts.js';
import type { PlannedMeasurement } from '../../experiments/measurements/index.js';
import { type Network, prunableParameters } from '../../networks/network.js';
import { inputDegree } from '../../tickets/index.js';
import type { StudyStore } from '../study.js';
import type {
  AgreementFound,
  ConsistencyFound,
  MatchingFound,
  OverlapFound,
  PixelOverlap,
  TicketFound,
  VariationFound,
} from './found.js';
import { pixelOverlap } from './pixels.js';
import type { ConsistencyPlan, PlannedVariation } from './plan.js';

/**
 * What a study of consistency found so far. What is not finished is absent, and counted.
 *
 * @throws InputError when something finished cannot be read
 */
export async function assembleConsistency(
  { options, base, levels, network, variations }: ConsistencyPlan,
  store: StudyStore,
  { shape: { channels, height, width } }: DatasetFacts,
): Promise<ConsistencyFound> {
  const asked = new Set(levels.filter((level) => level.asked).map(({ level }) => level));
  const found: VariationFound[] = [];
  for (const variation of variations) found.push(await assembleVariation(variation, store, asked));
  return {
    trials: base.trials,
    levels,
    layers: prunableParameters(network).map(({ layer, size }) => ({ layer, size })),
    image: [channels, height, width],
    variations: found,
    noise: options.noise,
    part: options.part,
    matchedBy: options.match,
    draws: options.draws,
  };
}

async function assembleVariation(
  { name, graph, overlaps, matchings, agreements }: PlannedVariation,
  store: StudyStore,
  asked: ReadonlySet<number>,
): Promise<VariationFound> {
  const planned = graph.cells.filter(({ condition }) => condition === 'ticket');
  const tickets: TicketFound[] = [];
  const degrees = new Map<string, readonly number[]>();
  for (const { id, trial, level } of planned) {
    if (!(await store.has(id))) continue;
    const { status, earlyStop, inputDegree } = await store.readSummary(id);
    const { testAccuracy } = earlyStop;
    tickets.push({ trial, level, status, testAccuracy });
    degrees.set(id, inputDegree);
  }
  const separate = readsPixelsSeparately(graph.network);
  const pixelsOf = ({ measurement }: (typeof overlaps)[number]): PixelOverlap | null => {
    const [first, second] = measurement.specification.cells.map((id) => degrees.get(id));
    return separate && first && second ? pixelOverlap(first, second) : null;
  };
  return {
    name,
    tickets,
    plannedTickets: planned.length,
    overlaps: await read<OverlapValues, OverlapFound, (typeof overlaps)[number]>(overlaps, store, (at, { layers }) => ({
      level: at.level,
      first: at.first,
      second: at.second,
      pixels: pixelsOf(at),
      layers: asked.has(at.level) ? layers : layers.map((layer) => ({ ...layer, neurons: null })),
    })),
    plannedOverlaps: overlaps.length,
    matchings: await read<MatchingValues, MatchingFound, (typeof matchings)[number]>(
      matchings,
      store,
      ({ level, first, second }, values) => ({ level, first, second, ...values }),
    ),
    plannedMatchings: matchings.length,
    agreements: await read<AgreementValues, AgreementFound, (typeof agreements)[number]>(
      agreements,
      store,
      ({ level }, values) => ({ level, ...values }),
    ),
    plannedAgreements: agreements.length,
  };
}

/** Whether the dense network reads every pixel by as many weights: a convolution's window passes over fewer of those at the border. */
function readsPixelsSeparately(network: Network): boolean {
  const [first, ...others] = inputDegree(network, null);
  return first > 0 && others.every((degree) => degree === first);
}

/** The values of those that are made, each with its place. */
async function read<Values, Found, At extends { readonly measurement: PlannedMeasurement }>(
  planned: readonly At[],
  store: StudyStore,
  placed: (at: At, values: Values) => Found,
): Promise<Found[]> {
  const found: Found[] = [];
  for (const at of planned) {
    const { id } = at.measurement;
    if (await store.hasMeasurement(id)) found.push(placed(at, (await store.readMeasurement(id)) as Values));
  }
  return found;
}
