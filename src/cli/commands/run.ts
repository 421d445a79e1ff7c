import { Command } from 'commander';
import { isControl } from '../../analysis/conditions.js';
import { formatCount } from '../../analysis/format.js';
import type { Store } from '../../experiments/full-store.js';
import type { PlannedCell } from '../../experiments/graph.js';
import type { RunResults } from '../../experiments/results.js';
import type { Task } from '../../experiments/tasks/index.js';
import { type Ending, Laboratory, type PlannedRun, planRun, type Survey } from '../../laboratory/index.js';
import { FileStore } from '../../node/store/index.js';
import { openData } from '../data-sources.js';
import { exitCodes, UsageError } from '../errors.js';
import { executeHere, type PlaceFlags, placeFlags, reportLosses } from '../executing.js';
import { interruptible } from '../interrupt.js';
import { machine } from '../machine.js';
import {
  allowCodeOption,
  checkpointOption,
  dataOption,
  gather,
  storeOption,
  wholeNumber,
  workersOption,
} from '../options.js';
import { runPowerText } from '../power.js';
import { plannedText } from '../progress/index.js';
import { writeReport } from '../report.js';
import type { ArrayPlan } from '../slurm/array.js';
import { checkSlurmFlags } from '../slurm/execute.js';
import { addSlurmOptions, type SlurmFlags, slurmWords } from '../slurm/options.js';
import { runOnSlurm } from '../slurm/records.js';
import { checkScore, loadSpecification, quickNote, runCommand } from '../specification.js';
import { runJson, summaryText } from '../summary.js';
import { grouped, paintFor, percent, table, wrap } from '../terminal.js';

interface RunFlags extends PlaceFlags, SlurmFlags {
  readonly set?: readonly string[];
  readonly trials?: number;
  readonly levels?: number;
  readonly quick?: boolean;
  readonly allowCode?: boolean;
  readonly cell?: string;
  readonly json?: boolean;
  readonly dryRun?: boolean;
  readonly report: boolean;
}

/** `lottery run`. */
export function runCommandOf(setExitCode: (code: number) => void): Command {
  const command = new Command('run')
    .description('train all networks of a specification, and report the results')
    .argument('<preset|file>', 'a preset (lottery list presets) or a YAML file of settings')
    .option('--set <path=value>', 'change one setting; repeatable (lottery list settings)', gather)
    .option('--trials <n>', 'number of trials', wholeNumber(1))
    .option('--levels <n>', 'points of the density ladder, the dense network included', wholeNumber(1))
    .option('--quick', 'the quick form of a preset: the same effect at about a hundredth of the cost')
    .addOption(workersOption())
    .addOption(checkpointOption())
    .addOption(allowCodeOption())
    .addOption(storeOption())
    .addOption(dataOption());
  return addSlurmOptions(command)
    .option('--cell <id>', 'train only this cell, by the beginning of its name, and the cells it depends on')
    .option('--dry-run', 'print the cells and the work they need, and train nothing')
    .option('--no-report', 'write no figures and no report')
    .option('--json', 'print one JSON document at the end, and nothing else, on standard output')
    .addHelpText(
      'after',
      `
Cells that are in the store are not trained again: the same command resumes where it stopped, also in the middle of a cell,
and more trials, levels or controls cost only what is new.

Examples:
  $ lottery run quickstart
  $ lottery run conv2-cifar10 --quick
  $ lottery run lenet-mnist --trials 3 --set iterations=12000 --levels 15
  $ lottery run mine.yaml --workers 4 --store results --json > mine.json
  $ lottery run lenet-mnist --dry-run
  $ lottery run lenet-mnist --on slurm --slurm partition=short --slurm time=2:00:00`,
    )
    .action(async (target: string, flags: RunFlags, self: Command) => {
      setExitCode(await run(target, flags, self.getOptionValueSource('store') === 'cli'));
    });
}

async function run(target: string, flags: RunFlags, storeGiven: boolean): Promise<number> {
  checkSlurmFlags(flags);
  if (flags.on === 'slurm' && flags.cell !== undefined) {
    throw new UsageError('--cell trains one cell on this machine; it cannot be used with --on slurm.');
  }
  const specification = loadSpecification(target, flags);
  await checkScore(specification);
  const command = runCommand(target, flags);
  const output = flags.json ? process.stderr : process.stdout;
  if (flags.quick) output.write(`${wrap(quickNote(target, specification), Math.min(output.columns ?? 100, 120))}\n`);
  const store = await FileStore.open(flags.store, { write: !flags.dryRun });
  const laboratory = new Laboratory({ store, machine: machine() });
  return interruptible(async (signal) => {
    const dataset = await openData(specification.data, { folder: flags.data, output: process.stderr, signal });
    const { cell } = flags;
    const planned = planRun(
      specification,
      dataset,
      cell === undefined ? undefined : (cells) => chooseCell(cells, cell),
    );
    const again = [command, ...placeFlags(flags, storeGiven), ...slurmWords(flags)].join(' ');
    const onSlurm =
      flags.on === 'slurm' ? runOnSlurm(planned, { laboratory, store, command, again, flags, signal }) : null;
    if (flags.dryRun) {
      await printPlan(planned, await laboratory.survey(planned), flags, (await onSlurm?.plan()) ?? null);
      return exitCodes.done;
    }
    if (onSlurm !== null) {
      const end = await onSlurm.execute();
      if (end.kind === 'left') return end.code;
      await printResults(end.ending, store, flags);
      return reportLosses(end.ending, planned.tasks);
    }
    const replayCommand = ({ id }: Task) => `${again} --cell ${id.slice(0, 12)}`;
    const ending = await executeHere({ tasks: planned.tasks, dataset, flags, again, replayCommand, signal }, (how) =>
      laboratory.run(planned, { ...how, command }),
    );
    if (ending.results === null) return exitCodes.failed;
    await printResults({ ...ending, results: ending.results }, store, flags);
    return reportLosses(ending, planned.tasks);
  });
}

/** The one cell of a graph whose name begins so. */
function chooseCell(cells: readonly PlannedCell[], beginning: string): PlannedCell {
  const fitting = cells.filter(({ id }) => id.startsWith(beginning));
  if (fitting.length === 1) return fitting[0];
  throw new UsageError(
    fitting.length === 0
      ? `no cell of this run begins with ${beginning}; add --dry-run to see them all.`
      : `${formatCount(fitting.length, 'cell')} of this run begin with ${beginning}; give more of the name.`,
  );
}

/** Table, verdict, report and digest. */
async function printResults(
  { outcome, seconds, results }: Ending<RunResults> & { readonly results: RunResults },
  store: Store,
  flags: RunFlags,
): Promise<void> {
  const report = flags.report && results.cells.length > 0 ? await writeReport(store, results) : null;
  const timing = { trained: outcome.executed.length, seconds };
  process.stdout.write(
    flags.json
      ? `${JSON.stringify(runJson(results, { report, outcome, timing }), null, 2)}\n`
      : `${summaryText(results, { report, timing, output: process.stdout })}\n`,
  );
}

/** What a run would do, for `--dry-run`. */
async function printPlan(
  { folder, specification, facts, graph, tasks }: PlannedRun,
  { present, work }: Survey,
  flags: RunFlags,
  slurm: ArrayPlan | null,
): Promise<void> {
  if (flags.json) {
    const cells = graph.cells.map((cell) => ({ ...cell, present: present.has(cell.id) }));
    const jobs = slurm === null ? {} : { slurm: slurm.json };
    const plan = { run: folder, specification, dataset: facts, work, cells, ...jobs };
    process.stdout.write(`${JSON.stringify(plan, null, 2)}\n`);
    return;
  }
  const paint = paintFor(process.stdout);
  const rows = graph.cells.map((cell) => [
    cell.id.slice(0, 12),
    cell.condition,
    String(cell.trial),
    String(cell.level),
    String(cell.draw),
    cell.isEstimate ? 'open' : percent(cell.density),
    cell.cost.toFixed(2),
    present.has(cell.id) ? 'in the store' : '',
  ]);
  const header = ['cell', 'condition', 'trial', 'level', 'draw', 'Pm', 'work', ''];
  process.stdout.write(`${table(header, rows, 'llrrrrrl', paint)}\n\n${plannedText(tasks, present)}\n`);
  const controls = [...new Set(graph.cells.map(({ condition }) => condition))].filter(isControl);
  process.stdout.write(`${runPowerText(specification, controls, paint)}\n`);
  const steps = graph.lengths.iterations * work;
  const ahead = `Work ahead: about that of ${work.toFixed(1)} trainings of the dense network, or ${grouped(steps)} of its steps.\n`;
  process.stdout.write(`${work === 0 ? '' : ahead}${slurm?.text ?? ''}`);
}
