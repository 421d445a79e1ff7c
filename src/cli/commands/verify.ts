import { Command, InvalidArgumentError } from 'commander';
import { runDigest } from '../../experiments/assemble.js';
import { describeCell } from '../../experiments/describe-cell.js';
import { buildGraph, type PlannedCell } from '../../experiments/graph.js';
import { type VerifyEvent, verifyCells } from '../../experiments/verify.js';
import { InputError } from '../../networks/errors.js';
import { WorkerPool } from '../../node/pool.js';
import { FileStore } from '../../node/store/index.js';
import { openData } from '../data-sources.js';
import { exitCodes, UsageError } from '../errors.js';
import { interruptible } from '../interrupt.js';
import { dataOption, defaultWorkers, storeOption, wholeNumber } from '../options.js';
import { findRun } from '../runs.js';
import { paintFor } from '../terminal.js';

interface VerifyFlags {
  readonly replay: number;
  readonly seed: number;
  readonly cell?: string;
  readonly workers?: number;
  readonly store: string;
  readonly data?: string;
  readonly json?: boolean;
}

function replayCount(text: string): number {
  if (text === 'all') return Number.MAX_SAFE_INTEGER;
  const value = Number(text);
  if (text.trim() === '' || !Number.isSafeInteger(value) || value < 0) {
    throw new InvalidArgumentError('expected a whole number, or all.');
  }
  return value;
}

/** `lottery verify`. */
export function verifyCommand(setExitCode: (code: number) => void): Command {
  return new Command('verify')
    .description('check every file of a run against its digest, and train cells again to compare them bit for bit')
    .argument('<run>', 'a run, or the beginning of its name (lottery list runs)')
    .option('--replay <n>', 'how many cells to train again, or all', replayCount, 0)
    .option('--cell <id>', 'train this one again, by the beginning of its name')
    .option('--seed <n>', 'decides which cells are trained again', wholeNumber(0), 0)
    .option('--workers <n>', 'cells trained at once; default: one per core', wholeNumber(1))
    .addOption(storeOption())
    .addOption(dataOption())
    .option('--json', 'print one JSON document, and nothing else, on standard output')
    .addHelpText(
      'after',
      '\nExamples:\n  $ lottery verify quickstart\n  $ lottery verify quickstart --replay 3\n  $ lottery verify quickstart --replay all --workers 2',
    )
    .action(async (name: string, flags: VerifyFlags) => {
      setExitCode(await verify(name, flags));
    });
}

async function verify(name: string, flags: VerifyFlags): Promise<number> {
  const store = await FileStore.open(flags.store, { write: false });
  const record = await findRun(store, flags.store, name);
  const graph = buildGraph(record.specification, record.dataset);
  const cells = flags.cell === undefined ? graph.cells : chosen(graph.cells, flags.cell);
  const replay = flags.cell === undefined ? flags.replay : cells.length;
  return interruptible(async (signal) => {
    let pool: WorkerPool | undefined;
    if (replay > 0) {
      const dataset = await openData(record.specification.data, { folder: flags.data, output: process.stderr, signal });
      if (dataset.digest !== record.dataset.digest) {
        throw new InputError(
          `the data set ${dataset.name} found here has digest ${dataset.digest.slice(0, 12)}; the run was trained on ${record.dataset.digest.slice(0, 12)}. Name the folder of that data with --data.`,
        );
      }
      const workers = Math.min(flags.workers ?? defaultWorkers(), Math.min(replay, cells.length));
      pool = new WorkerPool({ dataset, store: flags.store, workers });
    }
    const output = flags.json ? process.stderr : process.stdout;
    const paint = paintFor(output);
    const say = (event: VerifyEvent): void => {
      if (event.kind === 'replaying') output.write(`training again: ${describeCell(event.cell)}\n`);
      if (event.kind === 'replayed' && event.differences.length === 0) {
        output.write(`${paint('green', 'same bits')}: ${describeCell(event.cell)}\n`);
      }
    };
    try {
      const outcome = await verifyCells({
        cells,
        store,
        replay,
        seed: flags.seed,
        ...(pool === undefined ? {} : { executor: pool }),
        onEvent: say,
        signal,
      });
      const sound = outcome.problems.length === 0;
      const whole = sound && outcome.absent === 0 && cells.length === graph.cells.length;
      const digest = whole ? await digestOf(cells, store) : null;
      if (flags.json) {
        process.stdout.write(`${JSON.stringify({ run: record.run, ...outcome, digest }, null, 2)}\n`);
      } else {
        const absent = outcome.absent > 0 ? `, ${outcome.absent} not trained yet` : '';
        const again = outcome.replayed > 0 ? `, ${outcome.replayed} trained again` : '';
        output.write(`${outcome.checked} cells checked${again}${absent}.\n`);
        if (sound) output.write(`${paint('green', 'Everything matches.')}\n`);
        if (digest !== null) output.write(`Digest of the run: ${digest}\n`);
      }
      for (const problem of outcome.problems)
        process.stderr.write(`${paintFor(process.stderr)('red', 'wrong:')} ${problem}\n`);
      return sound ? exitCodes.done : exitCodes.failed;
    } catch (error) {
      if (!signal.aborted) throw error;
      process.stderr.write('Stopped before everything was checked.\n');
      return exitCodes.failed;
    } finally {
      await pool?.close();
    }
  });
}

function chosen(cells: readonly PlannedCell[], beginning: string): PlannedCell[] {
  const fitting = cells.filter(({ id }) => id.startsWith(beginning));
  if (fitting.length === 1) return fitting;
  throw new UsageError(
    `${fitting.length === 0 ? 'no cell' : `${fitting.length} cells`} of this run begin with ${beginning}.`,
  );
}

async function digestOf(cells: readonly PlannedCell[], store: FileStore): Promise<string> {
  const pairs: { id: string; digest: string }[] = [];
  for (const { id } of cells) pairs.push({ id, digest: (await store.readSummary(id)).digests.cell });
  return runDigest(pairs);
}
