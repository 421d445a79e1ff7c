import { type RecordName, recordsIn } from '../../../experiments/record-store.js';
import { pause } from '../../../experiments/tasks/index.js';
import { Overseer, type RecordOverview, type RecordState } from '../../../laboratory/index.js';
import { FileStore } from '../../../node/store/index.js';
import { exitCodes, UsageError } from '../../errors.js';
import { interruptible } from '../../interrupt.js';
import { findNamed } from '../../runs.js';
import { isLive } from '../../terminal.js';
import { type StoreStatus, statusText } from './text.js';

export interface StatusFlags {
  readonly watch?: boolean;
  readonly store: string;
  readonly json?: boolean;
}

/** Milliseconds between two looks. */
const LOOK_EVERY = 2000;

/** Says how far a store has come. @returns the exit code */
export async function status(names: readonly string[], flags: StatusFlags): Promise<number> {
  const store = await FileStore.open(flags.store);
  if ((await recordsIn(store)).length === 0) {
    throw new UsageError(`there is no run and no study in ${flags.store}; lottery run begins one.`);
  }
  let wanted: readonly RecordName[] | null =
    names.length === 0 ? null : await Promise.all(names.map((name) => findNamed(store, flags.store, name)));
  const overseer = new Overseer(store);
  if (!flags.watch) {
    const found = await statusOf(store, wanted, overseer);
    print(found, flags, wanted !== null);
    return found.problems.length === 0 ? exitCodes.done : exitCodes.failed;
  }
  return interruptible(async (signal) => {
    for (;;) {
      const found = await statusOf(store, wanted, overseer);
      if (!flags.json && isLive(process.stdout)) process.stdout.write('\u001b[H\u001b[2J');
      print(found, flags, wanted !== null);
      // What is open now is watched to its end.
      wanted ??= found.records.map(({ kind, name }) => ({ kind, name }));
      if (found.records.every(isFinished)) return found.problems.length === 0 ? exitCodes.done : exitCodes.failed;
      await pause(LOOK_EVERY, signal);
      if (signal.aborted) return exitCodes.done;
    }
  });
}

const isFinished = ({ cells, measurements }: RecordState) =>
  cells.finished + measurements.finished === cells.all + measurements.all;

/**
 * Looks at a store as it is now.
 *
 * @param wanted null for all records that are not finished
 */
async function statusOf(
  store: FileStore,
  wanted: readonly RecordName[] | null,
  overseer: Overseer,
): Promise<StoreStatus> {
  const { records, workers, problems } = await (wanted === null
    ? overseer.look(undefined, ({ finished }) => finished === null)
    : overseer.look(wanted));
  return { store: store.folder, records: records.map(stateAlone), workers, problems };
}

/** A record's state without what it is a record of, which `--json` has never told. */
const stateAlone = ({ study, specification, dataset, started, finished, ...state }: RecordOverview): RecordState =>
  state;

function print(found: StoreStatus, { watch, json }: StatusFlags, isNamed: boolean): void {
  process.stdout.write(
    json
      ? `${watch ? JSON.stringify(found) : JSON.stringify(found, null, 2)}\n`
      : `${statusText(found, { isNamed, output: process.stdout, now: Date.now() })}\n`,
  );
}
