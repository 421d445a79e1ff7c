import type { Dataset } from '../../data/dataset.js';
import type { Kernels } from '../../kernels/index.js';
import type { CellStore, FinishedCell } from '../store.js';
import { makeMeasurement } from './index.js';
import type { MeasurementStore, PlannedMeasurement } from './measurement.js';
import type { MeasurementMaker } from './run-measurements.js';

export interface LocalMakerOptions {
  readonly kernels: Kernels;
  readonly dataset: Dataset;
  readonly store: CellStore & MeasurementStore;
}

/** Makes measurements one after another on the thread at hand: for tests, and inside a browser's worker. */
export class LocalMaker implements MeasurementMaker {
  readonly concurrency = 1;
  readonly #options: LocalMakerOptions;

  constructor(options: LocalMakerOptions) {
    this.#options = options;
  }

  async measure(
    { id, specification }: PlannedMeasurement,
    onProgress: (share: number) => void,
    signal: AbortSignal,
  ): Promise<number> {
    const { kernels, dataset, store } = this.#options;
    const cells = new Map<string, FinishedCell>();
    for (const cell of specification.cells) cells.set(cell, await store.read(cell));
    const began = performance.now();
    const values = makeMeasurement(specification, kernels, dataset, cells, (share) => {
      onProgress(share);
      return !signal.aborted;
    });
    await store.writeMeasurement(id, specification, values);
    return (performance.now() - began) / 1000;
  }
}
