import type { Store } from '../experiments/full-store.js';
import { type RecordName, readRecord, recordsIn } from '../experiments/record-store.js';
import type { RunRecord, StudyRecord } from '../experiments/records.js';
import type { Worker } from '../experiments/tasks/index.js';
import { InputError } from '../networks/errors.js';
import { heldAgainstPlan, type Recorded } from './recorded.js';
import { type RecordState, stateOfRecord, stateOfStore } from './state.js';

/** How far one record has come, and what it is a record of. */
export interface RecordOverview extends RecordState {
  /** `consistency`, ...; null for a run. */
  readonly study: string | null;
  /** The settings that all of it starts from. */
  readonly specification: Recorded['specification'];
  readonly dataset: Recorded['dataset'];
  /** ISO 8601, UTC. */
  readonly started: string;
  readonly finished: string | null;
}

/** How far a store has come. */
export interface StoreOverview {
  readonly records: readonly RecordOverview[];
  readonly workers: readonly Worker[];
  /** Records that cannot be read or planned, and why, each as a sentence. */
  readonly problems: readonly string[];
}

interface Seen {
  readonly record: RunRecord | StudyRecord;
  readonly plan: Recorded;
}

/** Looks at a store, as often as it is asked. What a record plans never changes, and is worked out once. */
export class Overseer {
  readonly #store: Store;
  readonly #plans = new Map<string, Recorded>();

  constructor(store: Store) {
    this.#store = store;
  }

  /**
   * The store as it is now.
   *
   * @param wanted default: all records
   * @param isShown which of the records are looked into further
   * @throws InputError when the store itself cannot be read; a record that cannot be read is a problem of what is returned
   */
  async look(
    wanted?: readonly RecordName[],
    isShown: (record: RunRecord | StudyRecord) => boolean = () => true,
  ): Promise<StoreOverview> {
    const problems: string[] = [];
    const seen: Seen[] = [];
    for (const named of wanted ?? (await recordsIn(this.#store))) {
      try {
        const record = await readRecord(this.#store, named);
        if (record === null || !isShown(record)) continue;
        const plan = this.#planOf(named, record);
        problems.push(...plan.problems);
        seen.push({ record, plan });
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        problems.push(error.message);
      }
    }
    const state = await stateOfStore(
      this.#store,
      seen.map(({ plan }) => plan),
    );
    const records: RecordOverview[] = [];
    for (const { record, plan } of seen) {
      const { specification, dataset } = plan;
      const { started, finished } = record;
      const study = 'study' in record ? record.study : null;
      records.push({
        ...(await stateOfRecord(plan, state, this.#store)),
        study,
        specification,
        dataset,
        started,
        finished,
      });
    }
    return { records, workers: state.workers, problems };
  }

  /** What a record's settings plan. @throws InputError when there is no such record, or it cannot be read */
  async planned(named: RecordName): Promise<Recorded> {
    const record = await readRecord(this.#store, named);
    if (record === null) throw new InputError(`there is no ${named.kind} called ${named.name}.`);
    return this.#planOf(named, record);
  }

  #planOf({ kind, name }: RecordName, record: RunRecord | StudyRecord): Recorded {
    const key = `${kind} ${name}`;
    const plan = this.#plans.get(key) ?? heldAgainstPlan(record);
    this.#plans.set(key, plan);
    return plan;
  }
}
