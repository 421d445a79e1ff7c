import type { Store } from '../experiments/full-store.js';
import type { TasksOutcome } from '../experiments/tasks/index.js';
import type { StudyStore } from '../studies/study.js';

/**
 * The store without the tasks that failed just now: what could not be read is reported once and left out of the results.
 */
export function readable(store: Store, { failed, blocked }: TasksOutcome): StudyStore {
  const hidden = new Set([...failed, ...blocked].map(({ task }) => task.id));
  return {
    has: async (id) => !hidden.has(id) && (await store.has(id)),
    read: (id) => store.read(id),
    readSummary: (id) => store.readSummary(id),
    readHistory: (id) => store.readHistory(id),
    hasMeasurement: async (id) => !hidden.has(id) && (await store.hasMeasurement(id)),
    readMeasurement: (id) => store.readMeasurement(id),
  };
}
