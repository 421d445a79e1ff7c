import {
  type Estimate,
  type EstimatorName,
  type EstimatorSettings,
  estimateLayer,
  labelEntropy,
} from '../../analysis/information/index.js';
import type { MeasuredInformation, MeasuredIteration } from '../../analysis/information/measured.js';
import { balancedExamples } from '../../data/balanced.js';
import type { Dataset } from '../../data/dataset.js';
import type { Kernels } from '../../kernels/kernels.js';
import { InputError } from '../../networks/errors.js';
import type { Tensors } from '../../networks/network.js';
import { stream } from '../../random/stream.js';
import { Activations, type ExamplePlaces, type SeenLayer } from '../../training/index.js';
import { networkOf } from '../cell-specification.js';
import { examplesOf } from '../examples.js';
import type { FinishedCell } from '../store.js';
import type { MeasurementKind, MeasurementSource, MeasurementSpecification } from './measurement.js';

/** Mutual information of a cell's layers with input and label, over its training. */
export interface InformationSpecification extends MeasurementSpecification {
  readonly kind: 'information';
  readonly version: 1;
  /** The one cell. */
  readonly cells: readonly [string];
  readonly examples: {
    /** Of the test set, of what the cell was trained on, or of training and test set together. */
    readonly from: 'train' | 'test' | 'all';
    /** Number of examples, equally many of each class; all of them if there are no more. */
    readonly count: number;
    readonly seed: number;
  };
  /** Rising; those whose weights the cell kept, and the one at which its training ended. */
  readonly iterations: readonly number[];
  readonly estimators: readonly EstimatorName[];
  readonly settings: EstimatorSettings;
}

/** The measurement of a cell. */
export function informationSpecification(
  cell: string,
  rest: Omit<InformationSpecification, 'kind' | 'version' | 'cells'>,
): InformationSpecification {
  return { kind: 'information', version: 1, cells: [cell], ...rest };
}

/** The examples measured, training set before test set, and their labels. */
function placesOf(
  { train, test }: Dataset,
  { specification }: Pick<FinishedCell, 'specification'>,
  { from, count, seed }: InformationSpecification['examples'],
): { readonly parts: ExamplePlaces[]; readonly labels: Uint8Array } {
  // Places in both sets, the test set's after the training set's.
  const all = new Uint8Array(train.count + test.count);
  all.set(train.labels);
  all.set(test.labels, train.count);
  const tested = Int32Array.from({ length: test.count }, (_, i) => train.count + i);
  const places = {
    train: () => examplesOf(specification, { train }).train,
    test: () => tested,
    all: () => Int32Array.from(all, (_, i) => i),
  }[from]();
  const chosen = balancedExamples(all, places, count, seed).sort();
  const parts: ExamplePlaces[] = [
    { of: 'train', places: chosen.filter((place) => place < train.count) },
    { of: 'test', places: chosen.filter((place) => place >= train.count).map((place) => place - train.count) },
  ];
  return {
    parts: parts.filter((part) => part.places.length > 0),
    labels: Uint8Array.from(chosen, (place) => all[place]),
  };
}

function weightsAt(cell: FinishedCell, iteration: number): Tensors {
  const kept = iteration === cell.end.iteration ? cell.finalWeights : cell.snapshots.get(iteration);
  if (kept === undefined) {
    throw new InputError(`cell ${cell.id} kept no weights of iteration ${iteration}, which the measurement needs.`);
  }
  return kept;
}

/** Probabilities of the classes, with loss and accuracy. */
function softmax(
  logits: Float32Array,
  labels: Uint8Array,
): { readonly values: Float64Array } & Pick<MeasuredIteration, 'loss' | 'accuracy'> {
  const count = labels.length;
  const classes = logits.length / count;
  const values = new Float64Array(logits.length);
  let [loss, right] = [0, 0];
  for (let example = 0; example < count; example++) {
    const row = logits.subarray(example * classes, (example + 1) * classes);
    let best = 0;
    for (let c = 1; c < classes; c++) if (row[c] > row[best]) best = c;
    let sum = 0;
    for (let c = 0; c < classes; c++) sum += Math.exp(row[c] - row[best]);
    for (let c = 0; c < classes; c++) values[example * classes + c] = Math.exp(row[c] - row[best]) / sum;
    const label = labels[example];
    loss += Math.log(sum) - (row[label] - row[best]);
    if (best === label) right++;
  }
  return { values, loss: Number.isFinite(loss) ? loss / count : null, accuracy: right / count };
}

const bounded: Readonly<Record<string, readonly [number, number]>> = { tanh: [-1, 1], sigmoid: [0, 1] };

/** What even bins of each layer are spread over: an activation's own range, else the layer's over all iterations. */
function rangesOf(layers: readonly SeenLayer[], readings: Iterable<Map<string, Float32Array>>): [number, number][] {
  const ranges = layers.map(({ activation }): [number, number] => {
    if (activation === null) return [0, 1];
    const [low, high] = bounded[activation] ?? [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    return [low, high];
  });
  const open = layers.flatMap(({ name, activation }, index) =>
    activation === null || activation in bounded ? [] : [{ name, range: ranges[index] }],
  );
  if (open.length === 0) return ranges;
  for (const read of readings) {
    for (const { name, range } of open) {
      for (const value of read.get(name) as Float32Array) {
        if (value < range[0] && Number.isFinite(value)) range[0] = value;
        if (value > range[1] && Number.isFinite(value)) range[1] = value;
      }
    }
  }
  // Of a layer without one finite value there is nothing to spread.
  return ranges.map(([low, high]) => (low <= high ? [low, high] : [0, 0]));
}

/** Noise for the layers that nearest neighbours are asked of, the same at every iteration and in every cell. */
function drawsOf(
  kernels: Kernels,
  layers: readonly SeenLayer[],
  count: number,
  { estimators, settings, examples }: InformationSpecification,
): Float32Array[] {
  const wanted = estimators.includes('nearest-neighbours');
  return layers.map(({ units }, index) =>
    wanted && units <= settings.dimensions
      ? kernels.sampler.normal(stream(examples.seed, 'information-noise', index), count * units)
      : new Float32Array(),
  );
}

/** Information of every layer at every iteration; see `InformationSpecification`. */
export const information: MeasurementKind<InformationSpecification, MeasuredInformation> = {
  async measure(specification, source: MeasurementSource): Promise<MeasuredInformation> {
    const { kernels, dataset, progress } = source;
    const { iterations, estimators, settings } = specification;
    const cell = source.cell(specification.cells[0]);
    const { parts, labels } = placesOf(dataset, cell, specification.examples);
    const seen = new Activations(kernels, {
      network: networkOf(cell.specification),
      dataset,
      normalisation: cell.specification.data.normalisation,
      examples: parts,
      ...(cell.mask === null || cell.specification.pruned === 'frozen' ? {} : { mask: cell.mask }),
    });
    const { layers, count } = seen;
    function* readings() {
      for (const iteration of iterations) yield seen.read(weightsAt(cell, iteration));
    }
    const ranges = rangesOf(layers, readings());
    const draws = drawsOf(kernels, layers, count, specification);
    const moments: MeasuredIteration[] = [];
    for (const read of readings()) {
      const iteration = iterations[moments.length];
      const { values, loss, accuracy } = softmax(read.get('output') as Float32Array, labels);
      const estimates = layers.map(({ name, units, activation }, index) => {
        const sample = { values: activation === null ? values : (read.get(name) as Float32Array), count, units };
        const view = { sample, labels, range: ranges[index], draws: draws[index] };
        return Object.fromEntries(estimateLayer(estimators, settings, view)) as Partial<
          Record<EstimatorName, Estimate | null>
        >;
      });
      moments.push({ iteration, loss, accuracy, estimates });
      await progress(moments.length / iterations.length);
    }
    return {
      examples: count,
      labelEntropy: labelEntropy(labels),
      layers: layers.map(({ name, units, activation, values }, index) => ({
        name,
        units,
        activation: activation ?? 'softmax',
        values,
        range: ranges[index],
      })),
      moments,
    };
  },
};
