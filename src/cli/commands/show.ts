import { Command } from 'commander';
import { stringify } from 'yaml';
import { assembleResults } from '../../experiments/assemble.js';
import { buildGraph } from '../../experiments/graph.js';
import { presets } from '../../experiments/presets.js';
import type { RunRecord } from '../../experiments/run-record.js';
import type { CellSummary } from '../../experiments/store.js';
import { didYouMean } from '../../experiments/suggest.js';
import { describeNetwork } from '../../networks/shapes.js';
import { buildStack, namedStacks } from '../../networks/stack.js';
import { FileStore } from '../../node/store/index.js';
import { UsageError } from '../errors.js';
import { storeOption } from '../options.js';
import { findRun, listRuns } from '../runs.js';
import { loadSpecification } from '../specification.js';
import { runJson, summaryText } from '../summary.js';
import { flopText, grouped, paintFor, percent, table } from '../terminal.js';

interface ShowFlags {
  readonly store: string;
  readonly json?: boolean;
}

/** `lottery show`. */
export function showCommand(): Command {
  return new Command('show')
    .description('show a run, a preset, a network or a cell')
    .argument('<what>', 'a run or the beginning of its name, a preset, a network, or the beginning of a cell name')
    .addOption(storeOption())
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  $ lottery show lenet-mnist        the settings of a preset, as YAML to start from\n  $ lottery show lenet-300-100      layers and weights\n  $ lottery show quickstart-1a2b3c4d   the table and verdict of a run',
    )
    .action(show);
}

async function show(what: string, flags: ShowFlags): Promise<void> {
  if (Object.hasOwn(presets, what)) return showPreset(what, flags);
  if (Object.hasOwn(namedStacks, what)) return showNetwork(what, flags);
  const runs = (await listRuns(flags.store)).filter((run) => run === what || run.startsWith(what));
  if (runs.length > 0) return showRun(await findRun(flags.store, what), flags);
  if (/^[0-9a-f]{6,64}$/.test(what)) {
    const store = await FileStore.open(flags.store, { write: false });
    const id = await store.find(what);
    if (id !== null) return showCell(await store.readSummary(id), flags);
  }
  const known = [...Object.keys(presets), ...Object.keys(namedStacks), ...(await listRuns(flags.store))];
  throw new UsageError(
    `${what} is no preset, network, run or cell${didYouMean(what, known) || '; lottery list presets, networks or runs shows what there is.'}`,
  );
}

function showPreset(name: string, { json }: ShowFlags): void {
  const specification = loadSpecification(name, {});
  const paint = paintFor(process.stdout);
  process.stdout.write(
    json
      ? `${JSON.stringify(specification, null, 2)}\n`
      : `${paint('dim', `# ${presets[name].summary}`)}\n${stringify(specification)}`,
  );
}

function showNetwork(name: string, { json }: ShowFlags): void {
  const network = buildStack(name, namedStacks[name], { channels: 1, height: 28, width: 28 }, 10);
  const layers = describeNetwork(network);
  if (json) {
    process.stdout.write(
      `${JSON.stringify({ name, input: network.input, classes: network.classes, layers }, null, 2)}\n`,
    );
    return;
  }
  const rows = layers.map(({ layer, shape, weights, biases }) => [
    layer,
    shape,
    weights === 0 ? '' : grouped(weights),
    biases === 0 ? '' : grouped(biases),
  ]);
  const total = layers.reduce((sum, { weights }) => sum + weights, 0);
  const biases = layers.reduce((sum, layer) => sum + layer.biases, 0);
  rows.push(['all', '', grouped(total), grouped(biases)]);
  process.stdout.write(
    `${name} on images of 28 x 28 in 10 classes\n\n${table(['layer', 'shape', 'weights', 'biases'], rows, 'lrrr', paintFor(process.stdout))}\n`,
  );
}

async function showRun(record: RunRecord, { store: folder, json }: ShowFlags): Promise<void> {
  const store = await FileStore.open(folder, { write: false });
  const results = await assembleResults(record, buildGraph(record.specification, record.dataset), store);
  if (json) {
    process.stdout.write(`${JSON.stringify(runJson(results, {}), null, 2)}\n`);
    return;
  }
  const { specification, dataset } = record;
  const paint = paintFor(process.stdout);
  const head = [
    paint('bold', record.run),
    `${results.network.name}, ${grouped(results.network.weights)} weights, on ${dataset.name} (${grouped(dataset.train.count)} training, ${grouped(dataset.test.count)} test examples)`,
    `${specification.trials} trials, ${specification.levels} levels, ${specification.pruning.schedule} pruning, ${grouped(specification.iterations)} iterations at batch ${specification.batch}`,
    `${results.cells.length} of ${results.planned} cells finished; started ${record.started}${record.finished === null ? '' : `, finished ${record.finished}`}`,
    `${paint('dim', 'made by:')} ${record.command}`,
  ];
  const rest = results.cells.length === 0 ? '' : `${summaryText(results, { output: process.stdout })}\n`;
  process.stdout.write(`${head.join('\n')}\n${rest}`);
}

function showCell(summary: CellSummary, { json }: ShowFlags): void {
  if (json) {
    process.stdout.write(`${JSON.stringify(summary, null, 2)}\n`);
    return;
  }
  const paint = paintFor(process.stdout);
  const { earlyStop, end, provenance, digests } = summary;
  const rows = [earlyStop, end].map((measured, index) => [
    index === 0 ? 'early stop' : 'end',
    grouped(measured.iteration),
    measured.validationLoss.toFixed(4),
    percent(measured.validationAccuracy),
    measured.testLoss.toFixed(4),
    percent(measured.testAccuracy),
  ]);
  const header = ['', 'iteration', 'validation loss', 'accuracy', 'test loss', 'accuracy'];
  process.stdout.write(
    [
      paint('bold', `cell ${summary.id}`),
      `${summary.status}; ${percent(summary.density)} of weights kept; ${flopText(summary.flops)} in ${provenance.seconds.toFixed(1)} s; digest ${digests.cell}`,
      '',
      table(header, rows, 'lrrrrr', paint),
      '',
      table(
        ['layer', 'kept', 'of'],
        summary.layers.map(({ layer, kept, total }) => [layer, grouped(kept), grouped(total)]),
        'lrr',
        paint,
      ),
      '',
      stringify(
        summary.specification.mask === null ? { mask: 'none' } : { mask: summary.specification.mask },
      ).trimEnd(),
      stringify({ start: summary.specification.start }).trimEnd(),
      '',
    ].join('\n'),
  );
}
