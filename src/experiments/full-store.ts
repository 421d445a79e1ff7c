import type { CheckpointStore } from './checkpoint-store.js';
import type { Mendable } from './damage.js';
import type { MeasurementStore } from './measurements/measurement.js';
import type { RecordStore } from './record-store.js';
import type { CellStore } from './store.js';
import type { Claimable } from './tasks/claims.js';

/** Everything that a laboratory keeps: cells, measurements of them, checkpoints of those in training, and records. */
export interface Store extends CellStore, MeasurementStore, CheckpointStore, RecordStore, Mendable, Claimable {}
