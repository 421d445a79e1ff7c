import { curvatureAt } from '../../analysis/spectra/curvature.js';
import { survivorsOf } from '../../analysis/spectra/survivors.js';
import { tangentKernel } from '../../analysis/spectra/tangent-kernel.js';
import {
  gradientOf,
  inputVariances,
  maskProperties,
  type PropertyChoices,
  type TicketProperties,
  valuesOf,
} from '../../analysis/ticket-properties/index.js';
import { balancedExamples } from '../../data/balanced.js';
import { fullMask, inputSize, type Mask, type Tensors } from '../../networks/network.js';
import { Probe } from '../../training/probe.js';
import { networkOf } from '../cell-specification.js';
import { drawOf } from '../draw.js';
import { examplesOf } from '../examples.js';
import { startOf } from '../starts.js';
import type { FinishedCell } from '../store.js';
import {
  type MeasurementKind,
  type MeasurementSource,
  type MeasurementSpecification,
  type PlannedMeasurement,
  planMeasurement,
} from './measurement.js';

/**
 * Default choices: a ticket of LeNet-300-100 at a few per cent of its weights then takes about a second with
 * native kernels, the dense network about four.
 */
export const propertyDefaults: PropertyChoices = {
  examples: 500,
  eigenvalues: 3,
  steps: 20,
  draws: 32,
  kernelExamples: 32,
};

/** The properties of one cell's ticket. Its cells are that one, and the one whose weights it was rewound to, if any. */
export interface PropertiesSpecification extends MeasurementSpecification, PropertyChoices {
  readonly kind: 'properties';
  /** At the values that training starts from, or at those it ends with. */
  readonly when: 'before' | 'after';
  /** Of the choice of examples and of the vectors. */
  readonly seed: number;
}

/**
 * A cell's properties before or after training.
 *
 * @param seed the same for all that are to be compared
 */
export function planProperties(
  cell: { readonly id: string; readonly specification: Pick<FinishedCell['specification'], 'start'> },
  when: PropertiesSpecification['when'],
  seed: number,
  label: string,
  choices: PropertyChoices = propertyDefaults,
): PlannedMeasurement<PropertiesSpecification> {
  const { start } = cell.specification;
  const taken = 'cell' in start ? start : start.kind === 'altered' ? start.rewind : undefined;
  const cells = when === 'before' && taken !== undefined ? [cell.id, taken.cell] : [cell.id];
  return planMeasurement({ kind: 'properties', version: 1, cells, when, seed, ...choices }, label);
}

const finite = (value: number | null): number | null => (value !== null && Number.isFinite(value) ? value : null);

/** The values that a cell's training started from, and what those were drawn from, with nothing pruned. */
function startValues(cell: FinishedCell, specification: PropertiesSpecification, source: MeasurementSource) {
  const { initialisation, start } = cell.specification;
  const { kernels, dataset } = source;
  const draw = drawOf(kernels, cell.specification, dataset);
  const parents = new Map(specification.cells.slice(1).map((id) => [id, source.cell(id)]));
  return {
    drawn: draw(start.kind === 'reinitialise' ? start.seed : initialisation.seed),
    started: () => startOf(cell.specification, cell.mask, parents, draw, kernels.sampler),
  };
}

/** Spectra of the loss and of the network's function, through the kernels. */
async function throughKernels(
  cell: FinishedCell,
  weights: Tensors,
  mask: Mask,
  { examples, seed, steps, draws, kernelExamples }: PropertiesSpecification,
  { kernels, dataset, progress }: MeasurementSource,
) {
  const { data, batch, labelSmoothing, pruned } = cell.specification;
  const network = networkOf(cell.specification);
  const { train } = examplesOf(cell.specification, dataset);
  const chosen = balancedExamples(dataset.train.labels, train, examples, seed);
  const plan = {
    network,
    dataset,
    normalisation: data.normalisation,
    labelSmoothing,
    // Frozen weights are pruned, but not zero.
    ...(pruned === 'frozen' ? {} : { mask }),
  };
  const survivors = survivorsOf(mask);
  const probe = new Probe(kernels, { ...plan, examples: chosen, batch: Math.min(batch, chosen.length) });
  let done = 0;
  const all = 1 + steps + draws + network.classes;
  const pause = () => progress(Math.min(1, done++ / all));
  await pause();
  const gradient = probe.gradients(weights);
  const curvature = await curvatureAt(probe, weights, survivors, { steps, draws, seed, pause });
  const few = balancedExamples(dataset.train.labels, train, kernelExamples, seed);
  // With batch normalisation an example depends on its batch; elsewhere each is computed alone, which is less work.
  const isNormalised = network.layers.some(({ kind }) => kind === 'batch-normalisation');
  const single = new Probe(kernels, { ...plan, examples: few, batch: isNormalised ? few.length : 1 });
  const kernel = await tangentKernel(single, weights, survivors, {
    examples: few.length,
    classes: network.classes,
    pause,
  });
  return {
    gradient,
    curvature,
    kernel,
    variances: inputVariances(dataset.train.images, chosen, inputSize(network)),
  };
}

/** The properties of a ticket: see `ticketProperties`. Properties of the mask are computed before training only. */
export const properties: MeasurementKind<PropertiesSpecification, TicketProperties> = {
  async measure(specification, source) {
    const { when, eigenvalues } = specification;
    const cell = source.cell(specification.cells[0]);
    const network = networkOf(cell.specification);
    const mask: Mask = new Map([...fullMask(network), ...(cell.mask ?? [])]);
    const { drawn, started } = startValues(cell, specification, source);
    const weights = when === 'before' ? started() : cell.finalWeights;
    const found = await throughKernels(cell, weights, mask, specification, source);
    const { values: ofMask, degrees, units } = maskProperties(network, mask, found.variances);
    const values = valuesOf(network, mask, weights, drawn);
    const gradient = gradientOf(network, mask, found.gradient);
    const { curvature, kernel } = found;
    return {
      values: {
        ...(when === 'before' ? ofMask : {}),
        'positive-weights': values.positive,
        magnitude: finite(values.magnitude),
        'gradient-norm': finite(gradient.norm),
        'gradient-spread': finite(gradient.spread),
        'hessian-top': curvature?.eigenvalues[0]?.value ?? null,
        'hessian-trace': curvature?.trace ?? null,
        'kernel-trace': kernel === null ? null : kernel.trace / kernel.examples,
        'kernel-condition': kernel === null || kernel.condition === null ? null : Math.log10(kernel.condition),
      },
      layers: values.layers.map(({ layer, kept, total, positive, magnitude }, i) => ({
        layer,
        kept,
        total,
        inDegree: degrees[i].in,
        outDegree: degrees[i].out,
        positive,
        magnitude: finite(magnitude),
        gradient: finite(gradient.layers[i].norm),
      })),
      units,
      decrease: finite(gradient.decrease),
      hessian: curvature && { ...curvature, eigenvalues: curvature.eigenvalues.slice(0, eigenvalues) },
      kernel,
    };
  },
};
