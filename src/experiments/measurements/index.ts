import type { Dataset } from '../../data/dataset.js';
import type { Kernels } from '../../kernels/kernels.js';
import { InputError } from '../../networks/errors.js';
import { Turns } from '../../training/turns.js';
import { abortError } from '../aborting.js';
import type { FinishedCell } from '../store.js';
import { agreement } from './agreement.js';
import { information } from './information.js';
import { line } from './line.js';
import { matching } from './matching.js';
import type { MeasurementKind, MeasurementSpecification } from './measurement.js';
import { overlap } from './overlap.js';
import { properties } from './properties.js';

export type { AgreementSpecification } from './agreement.js';
export { type InformationSpecification, informationSpecification } from './information.js';
export { type LineSpecification, lineSpecification } from './line.js';
export { type MatchingSpecification, matchingSpecification } from './matching.js';
export {
  type MeasurementKind,
  type MeasurementSource,
  type MeasurementSpecification,
  type MeasurementStore,
  measurementId,
  type PlannedMeasurement,
  planMeasurement,
} from './measurement.js';
export type { OverlapSpecification } from './overlap.js';
/** Kinds of measurements by name: one entry each. */
// biome-ignore lint/suspicious/noExplicitAny: each kind takes its own specification, which the table's key tells.
export const measurementKinds: Readonly<Record<string, MeasurementKind<any, unknown>>> = {
  agreement,
  information,
  line,
  matching,
  overlap,
  properties,
};

/** The kind of a specification. @throws RangeError when there is none */
export function measurementKindOf({
  kind,
}: MeasurementSpecification): MeasurementKind<MeasurementSpecification, unknown> {
  const found = measurementKinds[kind];
  if (found === undefined) throw new RangeError(`${kind} is no kind of measurement.`);
  return found;
}

export interface MakeMeasurementOptions {
  readonly specification: MeasurementSpecification;
  /** They belong to this measurement until it is made. */
  readonly kernels: Kernels;
  readonly dataset: Dataset;
  /** All cells that the specification lists, finished. */
  readonly cells: ReadonlyMap<string, FinishedCell>;
  /** Called now and then with the share that is done, 0 to 1. */
  readonly onProgress?: (share: number) => void;
  /** Calls it off. */
  readonly signal?: AbortSignal;
}

/**
 * Makes a measurement.
 *
 * @throws an error named `AbortError` when it was called off
 */
export async function makeMeasurement(options: MakeMeasurementOptions): Promise<unknown> {
  const { specification, kernels, dataset, cells, onProgress, signal } = options;
  const turns = new Turns(signal);
  return measurementKindOf(specification).measure(specification, {
    kernels,
    dataset,
    turns,
    cell(id) {
      const found = cells.get(id);
      if (found === undefined) throw new InputError(`the measurement needs cell ${id}, which is none of its own.`);
      return found;
    },
    async progress(share) {
      onProgress?.(share);
      await turns.take();
      if (turns.aborted) throw abortError();
    },
  });
}
