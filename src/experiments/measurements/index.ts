import type { Dataset } from '../../data/dataset.js';
import type { Kernels } from '../../kernels/kernels.js';
import { InputError } from '../../networks/errors.js';
import { Turns } from '../../training/turns.js';
import { abortError } from '../aborting.js';
import type { FinishedCell } from '../store.js';
import type { MeasurementSpecification } from './measurement.js';

export type { AgreementSpecification } from './agreement.js';
export type { InformationSpecification } from './information.js';
export type { LineSpecification } from './line.js';
export type { MatchingSpecification } from './matching.js';
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
export interface MakeMeasurementOptions {
  readonly specification: MeasurementSpecification;
  /** They belong to this measurement until it is made. */
  readonly kernels: Kernels;
  readonly dataset: Dataset;
  /** All cells that the specification lists, finished. */
  readonly cells: ReadonlyMap<string, FinishedCell>;
  /** Called from time to time with the share that is done, 0 to 1. */
  readonly onProgress?: (share: number) => void;
  /** Cancels it. */
  readonly signal?: AbortSignal;
}

/**
 * Makes a measurement.
 *
 * @throws an error named `AbortError` when it was cancelled
 */
export async function makeMeasurement(options: MakeMeasurementOptions): Promise<unknown> {
  const { specification, kernels, dataset, cells, onProgress, signal } = options;
  // In a browser kinds, and what they compute with, are a file of their own, loaded when the first is asked for.
  const { measurementKindOf } = await import('./kinds.js');
  const turns = new Turns(signal);
  return measurementKindOf(specification).measure(specification, {
    kernels,
    dataset,
    turns,
    cell(id) {
      const found = cells.get(id);
      if (found === undefined)
        throw new InputError(`the measurement reads cell ${id}, which is not among its parents.`);
      return found;
    },
    async progress(share) {
      onProgress?.(share);
      await turns.take();
      if (turns.aborted) throw abortError();
    },
  });
}
