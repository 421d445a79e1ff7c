import { StreamReader, shuffle, stream } from '../random/stream.js';
import { mapAtOnce } from './at-once.js';
import { canonicalDigest } from './canonical.js';
import type { MeasurementStore } from './measurements/index.js';
import type { CellDigests, CellStore } from './store.js';
import { type Executor, orderOf, type Task, type TaskOutcome } from './tasks/index.js';

export interface VerifyOptions {
  /** Every task once. */
  readonly tasks: readonly Task[];
  readonly store: Pick<CellStore, 'has' | 'readSummary' | 'check'> &
    Pick<MeasurementStore, 'hasMeasurement' | 'readMeasurement'>;
  /** How many tasks are executed again; 0 for none. */
  readonly replay: number;
  /** Decides which; the same seed chooses the same tasks. */
  readonly seed: number;
  /** Executes tasks again, without keeping their results; needed where `replay` is above 0. */
  readonly executor?: Executor;
  /** Why a task cannot be executed again; null where it can. Default: all can. */
  readonly refuse?: (task: Task) => string | null;
  readonly onEvent?: (event: VerifyEvent) => void;
  readonly signal?: AbortSignal;
}

export type VerifyEvent =
  | { readonly kind: 'checked'; readonly task: Task; readonly problems: readonly string[] }
  | { readonly kind: 'absent'; readonly task: Task }
  | { readonly kind: 'refused'; readonly task: Task; readonly reason: string }
  | { readonly kind: 'replaying'; readonly task: Task }
  | { readonly kind: 'replayed'; readonly task: Task; readonly differences: readonly string[] };

/** How many tasks of each kind. */
export type TaskCounts = Readonly<Record<Task['kind'], number>>;

export interface VerifyOutcome {
  /** What is there, and was read whole. */
  readonly checked: TaskCounts;
  /** What is not finished, so that nothing of it was checked. */
  readonly absent: TaskCounts;
  readonly replayed: number;
  /** What was chosen to be executed again and could not be, and why. */
  readonly refused: readonly { readonly task: Task; readonly reason: string }[];
  /** What is wrong, each as a sentence; empty when all that was checked is as it should be. */
  readonly problems: readonly string[];
}

/** What of a replayed cell is not what it was, by the names of its parts. */
export function differingParts(before: CellDigests, after: CellDigests): string[] {
  const parts: string[] = [];
  if (before.mask !== after.mask) parts.push('mask');
  if (before.history !== after.history) parts.push('history');
  if (before.earlyStopWeights !== after.earlyStopWeights) parts.push('early-stop weights');
  if (before.finalWeights !== after.finalWeights) parts.push('final weights');
  const iterations = new Set([...Object.keys(before.snapshots), ...Object.keys(after.snapshots)]);
  for (const iteration of iterations) {
    if (before.snapshots[iteration] !== after.snapshots[iteration]) parts.push(`weights at iteration ${iteration}`);
  }
  if (parts.length === 0 && before.cell !== after.cell) parts.push('measurements');
  return parts;
}

/** Which tasks are executed again: `count` of them, drawn from `seed`, in their order. */
export function chooseReplays<Item>(tasks: readonly Item[], count: number, seed: number): Item[] {
  if (count >= tasks.length) return [...tasks];
  const order = shuffle([...tasks.keys()], new StreamReader(stream(seed, 'replay')));
  const chosen = new Set(order.slice(0, count));
  return tasks.filter((_, index) => chosen.has(index));
}

/** Checks everything finished against its name and its digests, then executes some of it again and compares the bits. */
export async function verifyTasks(options: VerifyOptions): Promise<VerifyOutcome> {
  const { tasks, store, replay, seed, executor, signal } = options;
  const emit = options.onEvent ?? (() => {});
  const refuse = options.refuse ?? (() => null);
  const problems: string[] = [];
  const refused: { task: Task; reason: string }[] = [];
  const sound: Task[] = [];
  const checked = { cell: 0, measurement: 0 };
  const absent = { cell: 0, measurement: 0 };
  for (const task of tasks) {
    signal?.throwIfAborted();
    const found = await check(task, store);
    if (found === null) {
      absent[task.kind]++;
      emit({ kind: 'absent', task });
      continue;
    }
    checked[task.kind]++;
    problems.push(...found);
    if (found.length === 0) sound.push(task);
    emit({ kind: 'checked', task, problems: found });
  }

  const chosen = executor === undefined ? [] : chooseReplays(sound, replay, seed);
  const queue = chosen.filter((task) => {
    const reason = refuse(task);
    if (reason === null) return true;
    refused.push({ task, reason });
    emit({ kind: 'refused', task, reason });
    return false;
  });
  await mapAtOnce(
    queue,
    async (task) => {
      signal?.throwIfAborted();
      emit({ kind: 'replaying', task });
      const outcome = await executeAgain(task, executor as Executor, signal);
      const differences = await differencesOf(task, outcome, store);
      if (differences.length > 0) {
        problems.push(`${task.kind} ${task.id} (${task.label}) made again differs in its ${differences.join(', ')}.`);
      }
      emit({ kind: 'replayed', task, differences });
    },
    executor?.concurrency,
  );
  return { checked, absent, replayed: queue.length, refused, problems };
}

/** What is wrong with a finished task's result; null when there is none. */
async function check({ kind, id }: Task, store: VerifyOptions['store']): Promise<readonly string[] | null> {
  if (kind === 'cell') return (await store.has(id)) ? store.check(id) : null;
  if (!(await store.hasMeasurement(id))) return null;
  return store.readMeasurement(id).then(
    () => [],
    (error: Error) => [error.message],
  );
}

async function differencesOf(task: Task, outcome: TaskOutcome, store: VerifyOptions['store']): Promise<string[]> {
  if (outcome.kind === 'cell') return differingParts((await store.readSummary(task.id)).digests, outcome.digests);
  return outcome.digest === canonicalDigest(await store.readMeasurement(task.id)) ? [] : ['values'];
}

async function executeAgain(task: Task, executor: Executor, signal?: AbortSignal): Promise<TaskOutcome> {
  const options = { keep: false, ...(signal === undefined ? {} : { signal }) };
  const outcome = await executor.execute(orderOf(task), options);
  if (outcome.kind !== task.kind) throw new Error(`${task.kind} ${task.id} was executed as a ${outcome.kind}.`);
  return outcome;
}
