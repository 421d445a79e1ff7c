import { runDigest } from '../../../experiments/assemble.js';
import { ownScoreOf } from '../../../experiments/own-score.js';
import { type RecordName, readRecord, recordsIn } from '../../../experiments/record-store.js';
import type { Task } from '../../../experiments/tasks/index.js';
import { type VerifyEvent, type VerifyOutcome, verifyTasks } from '../../../experiments/verify.js';
import { heldAgainstPlan, type Recorded } from '../../../laboratory/index.js';
import { InputError } from '../../../networks/errors.js';
import { printable } from '../../../networks/printable.js';
import { WorkerPool } from '../../../node/pool.js';
import { FileStore, inspectStore } from '../../../node/store/index.js';
import { openData } from '../../data-sources.js';
import { exitCodes, UsageError } from '../../errors.js';
import { defaultWorkers } from '../../options.js';
import { findNamed } from '../../runs.js';
import { paintFor } from '../../terminal.js';
import { Findings } from './findings.js';

export interface VerifyFlags {
  readonly all?: boolean;
  readonly replay: number;
  readonly seed: number;
  readonly cell?: string;
  readonly workers?: number;
  readonly allowCode?: boolean;
  readonly store: string;
  readonly data?: string;
  readonly json?: boolean;
}

/**
 * Checks a run, a study or a store, and says what it found.
 *
 * @param name of a run or a study; undefined for everything
 * @returns the exit code
 */
export async function verify(name: string | undefined, flags: VerifyFlags, signal: AbortSignal): Promise<number> {
  const store = await FileStore.open(flags.store, { write: false });
  const targets = name === undefined ? await recordsIn(store) : [await findNamed(store, flags.store, name)];
  const output = flags.json ? process.stderr : process.stdout;
  const findings = new Findings();
  try {
    for (const target of targets) await verifyTarget(target, { store, flags, signal, findings, output });
    if (name === undefined) await verifyRest(store, findings, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
    process.stderr.write('Stopped before everything was checked.\n');
    return exitCodes.failed;
  }
  if (flags.json) process.stdout.write(`${JSON.stringify(findings.json(), null, 2)}\n`);
  else output.write(`${findings.text(paintFor(output))}\n`);
  const paint = paintFor(process.stderr);
  for (const problem of findings.problems) process.stderr.write(`${paint('red', 'wrong:')} ${printable(problem)}\n`);
  return findings.problems.length === 0 ? exitCodes.done : exitCodes.failed;
}

interface Place {
  readonly store: FileStore;
  readonly flags: VerifyFlags;
  readonly signal: AbortSignal;
  readonly findings: Findings;
  readonly output: NodeJS.WriteStream;
}

/** The record of a run or a study, held against its plan; null where it is damaged, which is noted. */
async function readTarget(target: RecordName, { store, findings }: Place): Promise<Recorded | null> {
  let recorded: Recorded;
  try {
    const record = await readRecord(store, target);
    if (record === null) throw new InputError(`the folder of ${target.kind} ${target.name} has no record in it.`);
    recorded = heldAgainstPlan(record);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    findings.wrong(error.message);
    return null;
  }
  findings.record(recorded);
  if (!(await store.isSealed(target))) {
    findings.unchecked(
      `the record of ${target.name} beyond its settings: it was written by a version that gave records no checksum`,
    );
  }
  return recorded;
}

async function verifyTarget(target: RecordName, place: Place): Promise<void> {
  const { store, flags, signal, findings, output } = place;
  const recorded = await readTarget(target, place);
  findings.report(target.name, await store.checkFiles(target));
  if (recorded === null) return;
  const tasks = flags.cell === undefined ? recorded.tasks : chosen(recorded.tasks, flags.cell);
  const replay = flags.cell === undefined ? flags.replay : tasks.length;
  const pool = replay > 0 && tasks.length > 0 ? await poolFor(recorded, replay, tasks, place) : null;
  try {
    const outcome = await verifyTasks({
      tasks,
      store,
      replay,
      seed: flags.seed,
      ...(pool === null ? {} : { executor: pool }),
      refuse: (task) => (flags.allowCode ? null : codeOf(task)),
      onEvent: (event) => {
        if (event.kind === 'checked') findings.checked(event.task);
        say(event, output);
      },
      signal,
    });
    findings.tasks(outcome);
    await checkpointsOf(tasks, store, findings);
    const isWhole = tasks.length === recorded.tasks.length && isSound(outcome) && recorded.problems.length === 0;
    if (isWhole && target.kind === 'run') findings.digest(target.name, await digestOf(tasks, store));
  } finally {
    await pool?.close();
  }
}

const isSound = ({ problems, absent, checked }: VerifyOutcome): boolean =>
  problems.length === 0 && absent.cell === 0 && checked.cell > 0;

/** Why a task is not made again without leave; null where nothing stands against it. */
function codeOf(task: Task): string | null {
  const score = task.kind === 'cell' ? ownScoreOf(task.cell.specification) : null;
  return score === null ? null : `its score is code, in ${score.module}, which runs only with --allow-code`;
}

async function poolFor(
  { specification, dataset: facts }: Recorded,
  replay: number,
  tasks: readonly Task[],
  { flags, signal }: Place,
): Promise<WorkerPool> {
  const dataset = await openData(specification.data, { folder: flags.data, output: process.stderr, signal });
  if (dataset.digest !== facts.digest) {
    throw new InputError(
      `the data set ${dataset.name} found here has digest ${dataset.digest.slice(0, 12)}; the run was trained on ${facts.digest.slice(0, 12)}. Name the folder of that data with --data.`,
    );
  }
  const workers = Math.min(flags.workers ?? defaultWorkers(), replay, tasks.length);
  return new WorkerPool({ dataset, store: flags.store, workers, allowCode: flags.allowCode === true });
}

async function checkpointsOf(tasks: readonly Task[], store: FileStore, findings: Findings): Promise<void> {
  for (const { kind, id } of tasks) {
    if (kind !== 'cell' || (await store.has(id))) continue;
    const problem = await store.checkCheckpoint(id);
    if (problem !== null) findings.wrong(`${problem} Its cell will start again.`);
  }
}

/** Everything else that lies in the store: what no run and no study lists. */
async function verifyRest(store: FileStore, findings: Findings, signal: AbortSignal): Promise<void> {
  for await (const inspected of inspectStore(store, (kind, name) => findings.hasChecked(kind, name))) {
    signal.throwIfAborted();
    findings.inspected(inspected);
  }
}

function say(event: VerifyEvent, output: NodeJS.WriteStream): void {
  if (event.kind === 'replaying') {
    output.write(`${event.task.kind === 'cell' ? 'training' : 'measuring'} again: ${printable(event.task.label)}\n`);
  }
  if (event.kind === 'replayed' && event.differences.length === 0) {
    output.write(`${paintFor(output)('green', 'same bits')}: ${printable(event.task.label)}\n`);
  }
  if (event.kind === 'refused') {
    output.write(printable(`not made again: ${event.task.label}: ${event.reason}\n`));
  }
}

function chosen(tasks: readonly Task[], beginning: string): Task[] {
  const fitting = tasks.filter(({ kind, id }) => kind === 'cell' && id.startsWith(beginning));
  if (fitting.length === 1) return fitting;
  throw new UsageError(
    `${fitting.length === 0 ? 'no cell' : `${fitting.length} cells`} of this run begin with ${beginning}.`,
  );
}

async function digestOf(tasks: readonly Task[], store: FileStore): Promise<string> {
  const pairs: { id: string; digest: string }[] = [];
  for (const { id } of tasks) pairs.push({ id, digest: (await store.readSummary(id)).digests.cell });
  return runDigest(pairs);
}
