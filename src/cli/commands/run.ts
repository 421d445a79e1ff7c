import { Command } from 'commander';
import { assembleResults } from '../../experiments/assemble.js';
import { ancestry, buildGraph, type DatasetFacts, type PlannedCell, type RunGraph } from '../../experiments/graph.js';
import { factsOf, type RunRecord, runFolder } from '../../experiments/run-record.js';
import type { RunOutcome } from '../../experiments/runner.js';
import type { RunSpecification } from '../../experiments/schema.js';
import type { CellStore } from '../../experiments/store.js';
import { FileStore } from '../../node/store/index.js';
import { packageVersion } from '../../node/version.js';
import { openData } from '../data-sources.js';
import { exitCodes, UsageError } from '../errors.js';
import { interruptible } from '../interrupt.js';
import { machine } from '../machine.js';
import { checkpointOption, dataOption, gather, storeOption, wholeNumber, workersOption } from '../options.js';
import { plannedText } from '../progress.js';
import { writeReport } from '../report.js';
import { readRun, writeRun } from '../runs.js';
import { checkScore, loadSpecification, quickNote, runCommand } from '../specification.js';
import { runJson, summaryText } from '../summary.js';
import { grouped, paintFor, percent, table, wrap } from '../terminal.js';
import { lossText, type PlaceFlags, placeFlags, readableStore, trainCells } from '../training.js';

interface RunFlags extends PlaceFlags {
  readonly set?: readonly string[];
  readonly trials?: number;
  readonly levels?: number;
  readonly quick?: boolean;
  readonly cell?: string;
  readonly json?: boolean;
  readonly dryRun?: boolean;
  readonly report: boolean;
}

/** `lottery run`. */
export function runCommandOf(setExitCode: (code: number) => void): Command {
  return new Command('run')
    .description('train everything a specification asks for, and report what it showed')
    .argument('<preset|file>', 'a preset (lottery list presets) or a YAML file of settings')
    .option('--set <path=value>', 'change one setting; may be given several times (lottery list settings)', gather)
    .option('--trials <n>', 'number of trials', wholeNumber(1))
    .option('--levels <n>', 'points of the density ladder, the dense network included', wholeNumber(1))
    .option('--quick', 'the quick form of a preset: the same effect at about a hundredth of the cost')
    .addOption(workersOption())
    .addOption(checkpointOption())
    .addOption(storeOption())
    .addOption(dataOption())
    .option('--cell <id>', 'train only this cell, by the beginning of its name, and what it is made from')
    .option('--dry-run', 'print the cells and the work they would be, and train nothing')
    .option('--no-report', 'write no figures and no report')
    .option('--json', 'print one JSON document at the end, and nothing else, on standard output')
    .addHelpText(
      'after',
      `
What is in the store already is never trained again: the same command goes on where it stopped, in the middle of a cell
if need be, and more trials, levels or controls cost only what is new.

Examples:
  $ lottery run quickstart
  $ lottery run conv2-cifar10 --quick
  $ lottery run lenet-mnist --trials 3 --set iterations=12000 --levels 15
  $ lottery run mine.yaml --workers 4 --store results --json > mine.json
  $ lottery run lenet-mnist --dry-run`,
    )
    .action(async (target: string, flags: RunFlags, self: Command) => {
      setExitCode(await run(target, flags, self.getOptionValueSource('store') === 'cli'));
    });
}

async function run(target: string, flags: RunFlags, storeGiven: boolean): Promise<number> {
  const specification = loadSpecification(target, flags);
  await checkScore(specification);
  const command = runCommand(target, flags);
  const told = flags.json ? process.stderr : process.stdout;
  if (flags.quick) told.write(`${wrap(quickNote(target, specification), Math.min(told.columns ?? 100, 120))}\n`);
  const store = await FileStore.open(flags.store, { write: !flags.dryRun });
  return interruptible(async (signal) => {
    const dataset = await openData(specification.data, { folder: flags.data, output: process.stderr, signal });
    const facts = factsOf(dataset);
    const graph = buildGraph(specification, facts);
    if (flags.dryRun) {
      await printPlan(specification, facts, graph, store, flags);
      return exitCodes.done;
    }
    const record = await beginRun(specification, facts, graph, command, flags.store);
    const cells = flags.cell === undefined ? graph.cells : ancestry(graph.cells, chooseCell(graph, flags.cell).id);
    const again = [command, ...placeFlags(flags, storeGiven)].join(' ');
    const trained = await trainCells({
      cells,
      dataset,
      store,
      flags,
      again,
      oneCell: (cell) => `${again} --cell ${cell.id.slice(0, 12)}`,
      signal,
    });
    if (trained.kind === 'ended') return trained.code;
    const { outcome, seconds } = trained;
    return finishRun({ record, graph, store, flags, outcome, seconds, cells });
  });
}

/** The one cell of a graph whose name begins so. */
function chooseCell({ cells }: RunGraph, beginning: string): PlannedCell {
  const fitting = cells.filter(({ id }) => id.startsWith(beginning));
  if (fitting.length === 1) return fitting[0];
  throw new UsageError(
    fitting.length === 0
      ? `no cell of this run begins with ${beginning}; add --dry-run to see them all.`
      : `${fitting.length} cells of this run begin with ${beginning}; give more of the name.`,
  );
}

/** Writes the run's record before anything is trained, so that lottery list runs shows it from the start. */
async function beginRun(
  specification: RunSpecification,
  facts: DatasetFacts,
  graph: RunGraph,
  command: string,
  store: string,
): Promise<RunRecord> {
  const run = runFolder(specification, facts);
  const before = await readRun(store, run);
  const record: RunRecord = {
    format: 1,
    run,
    specification,
    dataset: facts,
    command,
    version: packageVersion,
    started: before?.started ?? new Date().toISOString(),
    finished: before?.finished ?? null,
    ...machine(),
    cells: graph.cells.map(({ id, condition, trial, level, draw, density }) => ({
      id,
      condition,
      trial,
      level,
      draw,
      density,
    })),
  };
  await writeRun(store, record);
  return record;
}

interface Ending {
  readonly record: RunRecord;
  readonly graph: RunGraph;
  readonly store: CellStore;
  readonly flags: RunFlags;
  readonly outcome: RunOutcome;
  readonly seconds: number;
  readonly cells: readonly PlannedCell[];
}

/** Table, verdict, report and digest. */
async function finishRun({ record, graph, store, flags, outcome, seconds, cells }: Ending): Promise<number> {
  const readable = readableStore(store, outcome);
  const draft = await assembleResults(record, graph, readable);
  const complete = draft.digest !== null;
  let results = draft;
  if (complete && record.finished === null) {
    const finished: RunRecord = { ...record, finished: new Date().toISOString() };
    await writeRun(flags.store, finished);
    results = { ...draft, provenance: { ...draft.provenance, finished: finished.finished } };
  }
  const report = flags.report && results.cells.length > 0 ? await writeReport(flags.store, results) : null;
  const ok = outcome.failed.length === 0 && outcome.blocked.length === 0;
  const trained = outcome.trained.length;
  const timing = { trained, seconds };
  if (flags.json) {
    process.stdout.write(`${JSON.stringify(runJson(results, { report, outcome, timing }), null, 2)}\n`);
  } else {
    process.stdout.write(`${summaryText(results, { report, timing, output: process.stdout })}\n`);
  }
  if (!ok) {
    process.stderr.write(`${paintFor(process.stderr)('red', 'error:')} ${lossText(outcome, cells.length)}\n`);
    return exitCodes.failed;
  }
  return exitCodes.done;
}

/** What a run would do, for `--dry-run`. */
async function printPlan(
  specification: RunSpecification,
  facts: DatasetFacts,
  graph: RunGraph,
  store: CellStore,
  flags: RunFlags,
): Promise<void> {
  const present = new Set<string>();
  for (const { id } of graph.cells) if (await store.has(id)) present.add(id);
  const ahead = graph.cells.filter(({ id }) => !present.has(id));
  const work = ahead.reduce((sum, { cost }) => sum + cost, 0);
  if (flags.json) {
    const cells = graph.cells.map((cell) => ({ ...cell, present: present.has(cell.id) }));
    const run = runFolder(specification, facts);
    process.stdout.write(`${JSON.stringify({ run, specification, dataset: facts, work, cells }, null, 2)}\n`);
    return;
  }
  const paint = paintFor(process.stdout);
  const rows = graph.cells.map((cell) => [
    cell.id.slice(0, 12),
    cell.condition,
    String(cell.trial),
    String(cell.level),
    String(cell.draw),
    percent(cell.density),
    cell.cost.toFixed(2),
    present.has(cell.id) ? 'in the store' : '',
  ]);
  const header = ['cell', 'condition', 'trial', 'level', 'draw', 'Pm', 'work', ''];
  process.stdout.write(`${table(header, rows, 'llrrrrrl', paint)}\n\n`);
  process.stdout.write(`${plannedText(graph.cells.length, present.size)}\n`);
  if (ahead.length === 0) return;
  const steps = graph.lengths.iterations * work;
  process.stdout.write(
    `Work ahead: about that of ${work.toFixed(1)} trainings of the dense network, or ${grouped(steps)} of its steps.\n`,
  );
}
