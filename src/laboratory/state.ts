import { mapAtOnce } from '../experiments/at-once.js';
import type { Store } from '../experiments/full-store.js';
import type { RecordName } from '../experiments/record-store.js';
import { presentTasks, type Task, type Worker, type WorkerTask } from '../experiments/tasks/index.js';
import type { Recorded } from './recorded.js';

/** How far a run or a study has come, while others work on it. */

export interface StateCounts {
  readonly all: number;
  readonly finished: number;
  readonly running: number;
  /** Everything that they are made from is finished, and nobody works on them. */
  readonly ready: number;
  /** Something that they are made from is not finished yet. */
  readonly waiting: number;
  readonly failed: number;
}

/** A task, and the process that works on it. */
export interface RunningTask extends WorkerTask {
  readonly worker: Omit<Worker, 'tasks'>;
}

export interface RecordState extends RecordName {
  readonly command: string;
  readonly cells: StateCounts;
  readonly measurements: StateCounts;
  readonly running: readonly RunningTask[];
  readonly failed: readonly { readonly id: string; readonly label: string; readonly message: string }[];
  /** Threads of the processes that work on it. */
  readonly threads: number;
  /** Seconds of one thread that its cells still take, by what those finished took; null where none is. */
  readonly threadSeconds: number | null;
  /** Seconds left on the threads that are at work; null where nobody is, or nothing is known. */
  readonly secondsLeft: number | null;
}

/** Finished cells whose seconds are looked at, at most. */
const SAMPLE = 100;

/** What all records of a store share: looked up once. */
export interface StoreState {
  readonly workers: readonly Worker[];
  readonly failures: ReadonlyMap<string, string>;
  readonly present: ReadonlySet<string>;
}

/** Who is at work on a store, and what of some records' tasks is finished. */
export async function stateOfStore(store: Store, recorded: readonly Pick<Recorded, 'tasks'>[]): Promise<StoreState> {
  const [workers, failures, present] = await Promise.all([
    store.readWorkers?.() ?? [],
    store.readFailures?.() ?? new Map<string, string>(),
    presentTasks(
      recorded.flatMap(({ tasks }) => tasks),
      store,
    ),
  ]);
  return { workers, failures, present };
}

/** How far one record has come. */
export async function stateOfRecord(
  { kind, name, command, tasks }: Recorded,
  { workers, failures, present }: StoreState,
  store: Pick<Store, 'readSummary'>,
): Promise<RecordState> {
  const own = new Set(tasks.map(({ id }) => id));
  const running = workers.flatMap(({ tasks: at, ...worker }) =>
    at.filter(({ id }) => own.has(id) && !present.has(id)).map((task): RunningTask => ({ ...task, worker })),
  );
  const shares = new Map(running.map(({ id, share }) => [id, share]));
  const stateOf = ({ id, parents }: Task): keyof Omit<StateCounts, 'all'> => {
    if (present.has(id)) return 'finished';
    if (shares.has(id)) return 'running';
    if (failures.has(id)) return 'failed';
    return parents.every((parent) => present.has(parent)) ? 'ready' : 'waiting';
  };
  const counted = (of: Task['kind']): StateCounts => {
    const counts = { all: 0, finished: 0, running: 0, ready: 0, waiting: 0, failed: 0 };
    for (const task of tasks) {
      if (task.kind !== of) continue;
      counts.all++;
      counts[stateOf(task)]++;
    }
    return counts;
  };
  const ahead = tasks.reduce(
    (sum, { id, kind: of, cost }) => sum + (of !== 'cell' || present.has(id) ? 0 : cost * (1 - (shares.get(id) ?? 0))),
    0,
  );
  const pace = ahead === 0 ? 0 : await secondsOfWork(tasks, present, store);
  const busy = new Map(running.map(({ worker }) => [worker.name, worker.threads]));
  const threads = [...busy.values()].reduce((sum, count) => sum + count, 0);
  const threadSeconds = pace === null ? null : ahead * pace;
  return {
    kind,
    name,
    command,
    cells: counted('cell'),
    measurements: counted('measurement'),
    running,
    failed: tasks.flatMap((task) =>
      stateOf(task) === 'failed' ? [{ id: task.id, label: task.label, message: failures.get(task.id) as string }] : [],
    ),
    threads,
    threadSeconds,
    secondsLeft: threadSeconds === null || threads === 0 ? null : threadSeconds / threads,
  };
}

/** Seconds that a unit of work takes on one thread, by some of the cells that are finished; null where none is. */
export async function secondsOfWork(
  tasks: readonly Task[],
  present: ReadonlySet<string>,
  store: Pick<Store, 'readSummary'>,
): Promise<number | null> {
  const finished = tasks.filter(({ kind, id, cost }) => kind === 'cell' && cost > 0 && present.has(id));
  const every = Math.max(1, Math.floor(finished.length / SAMPLE));
  const sample = finished.filter((_, index) => index % every === 0).slice(0, SAMPLE);
  const seconds = await mapAtOnce(sample, async ({ id }) => {
    // What is damaged tells nothing; whoever needs it will say so.
    const summary = await store.readSummary(id).catch(() => null);
    return summary?.provenance.seconds ?? null;
  });
  let [time, work] = [0, 0];
  for (const [index, { cost }] of sample.entries()) {
    if (seconds[index] === null) continue;
    time += seconds[index];
    work += cost;
  }
  return work === 0 ? null : time / work;
}
