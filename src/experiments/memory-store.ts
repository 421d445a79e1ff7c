import { InputError } from '../networks/errors.js';
import type { History } from '../training/types.js';
import { canonicalJson } from './canonical.js';
import type { MeasurementSpecification, MeasurementStore } from './measurements/measurement.js';
import type { CellStore, CellSummary, FinishedCell } from './store.js';

/** A store that lasts as long as the page or the test that made it. */
export class MemoryStore implements CellStore, MeasurementStore {
  readonly #cells = new Map<string, FinishedCell>();
  readonly #measurements = new Map<string, unknown>();

  async has(id: string): Promise<boolean> {
    return this.#cells.has(id);
  }

  async read(id: string): Promise<FinishedCell> {
    const cell = this.#cells.get(id);
    if (cell === undefined) throw new InputError(`cell ${id} is not in the store; train it first.`);
    return cell;
  }

  async readSummary(id: string): Promise<CellSummary> {
    return this.read(id);
  }

  async readHistory(id: string): Promise<History> {
    return (await this.read(id)).history;
  }

  async write(cell: FinishedCell): Promise<void> {
    if (!this.#cells.has(cell.id)) this.#cells.set(cell.id, cell);
  }

  async check(id: string): Promise<readonly string[]> {
    return this.#cells.has(id) ? [] : [`cell ${id} is absent.`];
  }

  async hasMeasurement(id: string): Promise<boolean> {
    return this.#measurements.has(id);
  }

  async readMeasurement(id: string): Promise<unknown> {
    if (!this.#measurements.has(id)) throw new InputError(`measurement ${id} is not in the store; make it first.`);
    return this.#measurements.get(id);
  }

  async writeMeasurement(id: string, _specification: MeasurementSpecification, values: unknown): Promise<void> {
    if (!this.#measurements.has(id)) this.#measurements.set(id, JSON.parse(canonicalJson(values)));
  }

  /** Ids of all cells, in the order they were written. */
  ids(): string[] {
    return [...this.#cells.keys()];
  }
}
