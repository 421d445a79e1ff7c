import { matchableTensors, matchChannels, permuteTensors } from '../../analysis/alignment/index.js';
import {
  betweenTensors,
  type LineCurve,
  type LineValues,
  linePlaces,
  supportOf,
} from '../../analysis/connectivity/index.js';
import type { Dataset } from '../../data/dataset.js';
import { InputError } from '../../networks/errors.js';
import type { Network, Tensors } from '../../networks/network.js';
import { Evaluator, type ExampleSet } from '../../training/index.js';
import { Probe } from '../../training/probe.js';
import { canonicalJson } from '../canonical.js';
import { networkOf } from '../cell-specification.js';
import { examplesOf } from '../examples.js';
import type { WeightsAt } from '../results.js';
import type { FinishedCell } from '../store.js';
import type { MeasurementKind, MeasurementSource, MeasurementSpecification } from './measurement.js';

/** Loss and error on the straight line between the weights of two cells of one network. */
export interface LineSpecification extends MeasurementSpecification {
  readonly kind: 'line';
  readonly version: 1;
  /** Cells at the ends. */
  readonly from: string;
  readonly to: string;
  /** Whose weights: those it ended with, or those of its lowest validation loss. */
  readonly at: WeightsAt;
  /** Evenly spaced, both ends among them. */
  readonly points: number;
  /**
   * Training examples to evaluate on beside the test set: so many of those that both cells were trained on, evenly spread
   * over the set in its order, or all where there are fewer; 0 for none.
   */
  readonly trainingExamples: number;
  /**
   * Null leaves hidden units where they are. Else those of `to` are put into the order by which the weights of cell `other`
   * are most like those of cell `reference`: of the ends themselves, or of the dense networks that they came from.
   */
  readonly matched: { readonly reference: string; readonly other: string; readonly seed: number } | null;
  /**
   * Running statistics of batch normalisation between the ends: `interpolated` as all other tensors are, or `estimated` again
   * at every point, the ends too, on the training examples. Between networks whose units mean different things the variance
   * of activations collapses, which statistics of the ends do not know of: Jordan et al., "REPAIR" (2023).
   */
  readonly statistics: 'interpolated' | 'estimated';
}

/** A line without what follows from the rest of it. */
export function lineSpecification(line: Omit<LineSpecification, 'kind' | 'version' | 'cells'>): LineSpecification {
  const { from, to, matched } = line;
  const named = [from, to, ...(matched === null ? [] : [matched.reference, matched.other])];
  return { kind: 'line', version: 1, cells: [...new Set(named)], ...line };
}

const weightsOf = (cell: FinishedCell, at: WeightsAt) => (at === 'end' ? cell.finalWeights : cell.earlyStopWeights);

const allFinite = (tensors: Tensors) => [...tensors.values()].every((values) => values.every(Number.isFinite));

const numberOrNull = (value: number) => (Number.isFinite(value) ? value : null);

/** Examples that both cells were trained on, spread evenly. */
function commonExamples(dataset: Dataset, cells: readonly FinishedCell[], count: number): Int32Array {
  const [first, ...others] = cells.map(({ specification }) => examplesOf(specification, dataset).train);
  const inAll = others.map((train) => new Set(train));
  const shared = first.filter((example) => inAll.every((train) => train.has(example)));
  if (shared.length <= count) return shared;
  return Int32Array.from({ length: count }, (_, i) => shared[Math.floor((i * shared.length) / count)]);
}

/** The weights at the far end, their hidden units in the order of those at the near one where they are to be matched. */
function farEnd(
  network: Network,
  { to, at, matched }: LineSpecification,
  source: MeasurementSource,
): { readonly weights: Tensors; readonly matching: LineValues['matching'] } {
  const weights = weightsOf(source.cell(to), at);
  if (matched === null) return { weights, matching: null };
  const [reference, other] = [matched.reference, matched.other].map((id) =>
    matchableTensors(network, weightsOf(source.cell(id), at)),
  );
  if (!allFinite(reference) || !allFinite(other)) {
    throw new InputError('weights that are not finite cannot be matched; the cells have diverged.');
  }
  const { permutations, before, after } = matchChannels(network, reference, other, matched.seed);
  return { weights: permuteTensors(network, weights, permutations), matching: { before, after } };
}

/** The line between two networks; see `LineSpecification`. */
export const line: MeasurementKind<LineSpecification, LineValues> = {
  async measure(specification, source) {
    const { kernels, dataset, turns, progress } = source;
    const { from, to, at, points, trainingExamples, statistics } = specification;
    const ends = [source.cell(from), source.cell(to)];
    const [near] = ends;
    const network = networkOf(near.specification);
    if (canonicalJson(near.specification.network) !== canonicalJson(ends[1].specification.network)) {
      throw new InputError(`there is no line between cells ${from} and ${to}, which have different networks.`);
    }
    const { normalisation } = near.specification.data;
    const examples = commonExamples(dataset, ends, trainingExamples);
    const start = weightsOf(near, at);
    const { weights: finish, matching } = farEnd(network, specification, source);
    const places = linePlaces(points);
    const between = (place: number) => betweenTensors(start, finish, place);

    // Statistics of all points first: both instruments take over the arena.
    const estimated = statistics === 'estimated' && places.map(() => new Map<string, Float32Array>());
    if (estimated) {
      const { batch } = near.specification;
      const probe = new Probe(kernels, { network, dataset, normalisation, examples, batch });
      for (const [i, place] of places.entries()) {
        for (const [name, values] of probe.statistics(between(place)))
          estimated[i].set(name, Float32Array.from(values));
        await progress((i + 1) / (2 * places.length));
      }
    }
    const sets: ExampleSet[] = [{ of: 'test' }];
    if (trainingExamples > 0) sets.push({ of: 'train', examples });
    const mask = supportOf(network, start, finish);
    const evaluator = new Evaluator(kernels, { network, dataset, normalisation, sets, mask });
    const curves = sets.map(() => ({ loss: [] as (number | null)[], error: [] as (number | null)[] }));
    for (const [i, place] of places.entries()) {
      const weights = between(place);
      if (estimated) for (const [name, values] of estimated[i]) weights.set(name, values);
      const found = await evaluator.evaluateInTurns(weights, turns);
      found?.forEach(({ loss, accuracy }, set) => {
        curves[set].loss.push(numberOrNull(loss));
        curves[set].error.push(numberOrNull(1 - accuracy));
      });
      const done = (i + 1) / places.length;
      await progress(estimated ? (1 + done) / 2 : done);
    }
    const [test, train = null] = curves as LineCurve[];
    return { test, train, matching };
  },
};
