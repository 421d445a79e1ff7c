import type { CellSpecification } from '../cell-specification.js';
import { describeCell } from '../describe-cell.js';
import type { PlannedMeasurement } from '../measurements/index.js';
import type { PlannedCell } from '../trial-cells.js';

/**
 * What a run or a study consists of: one network to train, or one measurement of finished networks. A task is named by its
 * content, so that whatever asks for the same work asks for the same task.
 */
export type Task = CellTask | MeasurementTask;

interface TaskBase {
  /** SHA-256 of the specification, in hex: of a cell or of a measurement. */
  readonly id: string;
  /** Cells that must be finished first. */
  readonly parents: readonly string[];
  /** Expected work: of a cell in trainings of the dense network, of a measurement in the unit of its kind. */
  readonly cost: number;
  /** In a few words, for progress and messages. */
  readonly label: string;
}

/** A network to train. */
export interface CellTask extends TaskBase {
  readonly kind: 'cell';
  readonly cell: PlannedCell;
}

/** A measurement of finished networks. */
export interface MeasurementTask extends TaskBase {
  readonly kind: 'measurement';
  readonly measurement: PlannedMeasurement;
}

export function cellTask(cell: PlannedCell): CellTask {
  const { id, parents, cost } = cell;
  return { kind: 'cell', id, parents, cost, label: describeCell(cell), cell };
}

export function measurementTask(measurement: PlannedMeasurement): MeasurementTask {
  const { id, specification, cost, label } = measurement;
  return { kind: 'measurement', id, parents: specification.cells, cost, label, measurement };
}

/** The tasks of cells and of what is measured of them, cells first. */
export function tasksOf(cells: readonly PlannedCell[], measurements: readonly PlannedMeasurement[] = []): Task[] {
  return [...cells.map(cellTask), ...measurements.map(measurementTask)];
}

/** What a worker needs of a task: it can be sent to another thread or written to a file. */
export type TaskOrder =
  | {
      readonly kind: 'cell';
      readonly id: string;
      readonly specification: CellSpecification;
      /** Of the claim on it, where processes share a store: its checkpoints carry it. Default: 1. */
      readonly fence?: number;
    }
  | {
      readonly kind: 'measurement';
      readonly id: string;
      readonly specification: PlannedMeasurement['specification'];
    };

export function orderOf(task: Task, fence = 1): TaskOrder {
  return task.kind === 'cell'
    ? { kind: 'cell', id: task.id, specification: task.cell.specification, fence }
    : { kind: 'measurement', id: task.id, specification: task.measurement.specification };
}
