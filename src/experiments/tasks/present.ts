import type { MeasurementStore } from '../measurements/index.js';
import type { CellStore } from '../store.js';
import type { Task } from './task.js';

/** Where the names of everything finished are listed. */
export type ListedTasks = Pick<CellStore, 'list'> & Pick<MeasurementStore, 'listMeasurements'>;

/** Names of those tasks that the store has. One list of all is quicker than a look at each, where there are many. */
export async function presentTasks(tasks: readonly Pick<Task, 'id'>[], store: ListedTasks): Promise<Set<string>> {
  const [cells, measurements] = await Promise.all([store.list(), store.listMeasurements()]);
  const there = new Set([...cells, ...measurements]);
  return new Set(tasks.flatMap(({ id }) => (there.has(id) ? [id] : [])));
}
