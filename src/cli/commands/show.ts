import { Command, InvalidArgumentError } from 'commander';
import { stringify } from 'yaml';
import { formatCount } from '../../analysis/format.js';
import { assembleResults } from '../../experiments/assemble.js';
import { buildGraph } from '../../experiments/graph.js';
import { presets } from '../../experiments/presets.js';
import type { RunRecord } from '../../experiments/records.js';
import type { CellSummary } from '../../experiments/store.js';
import { didYouMean } from '../../experiments/suggest.js';
import { namedNetworks } from '../../networks/named.js';
import type { ImageShape } from '../../networks/network.js';
import { describeNetwork } from '../../networks/shapes.js';
import { FileStore } from '../../node/store/index.js';
import { UsageError } from '../errors.js';
import { storeOption, wholeNumber } from '../options.js';
import { findRun } from '../runs.js';
import { loadSpecification } from '../specification.js';
import { runJson, summaryText } from '../summary.js';
import { flopText, grouped, paintFor, percent, table } from '../terminal.js';

interface ShowFlags {
  readonly store: string;
  readonly input?: ImageShape;
  readonly classes: number;
  readonly json?: boolean;
}

function imageShape(text: string): ImageShape {
  const sizes = text.split('x').map(Number);
  if (sizes.length !== 3 || !sizes.every((size) => Number.isInteger(size) && size > 0)) {
    throw new InvalidArgumentError('expected channels x height x width, such as 3x32x32.');
  }
  const [channels, height, width] = sizes;
  return { channels, height, width };
}

/** `lottery show`. */
export function showCommand(): Command {
  return new Command('show')
    .description('show a run, a preset, a network or a cell')
    .argument('<what...>', 'a run or the beginning of its name, a preset, a network, or the beginning of a cell name')
    .addOption(storeOption())
    .option(
      '--input <shape>',
      'shape of the images that a network is shown for, such as 3x32x32; default: the shape usual for it',
      imageShape,
    )
    .option('--classes <n>', 'classes that a network is shown for', wholeNumber(1), 10)
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  $ lottery show lenet-mnist        the settings of a preset, as YAML to start from\n  $ lottery show lenet-300-100      layers and weights\n  $ lottery show quickstart-1a2b3c4d   the table and verdict of a run',
    )
    .action((words: string[], flags: ShowFlags) => {
      // `lottery show network resnet-20` says what it means; the word is optional.
      const [kind, name] = words;
      if (words.length === 1) return show(kind, flags);
      if (words.length === 2 && kind === 'network' && Object.hasOwn(namedNetworks, name))
        return showNetwork(name, flags);
      throw new UsageError(
        kind === 'network' && words.length === 2
          ? `no network is called ${name}${didYouMean(name, Object.keys(namedNetworks)) || '; lottery list networks lists them.'}`
          : `one name is expected; found ${words.join(' ')}.`,
      );
    });
}

async function show(what: string, flags: ShowFlags): Promise<void> {
  if (Object.hasOwn(presets, what)) return showPreset(what, flags);
  if (Object.hasOwn(namedNetworks, what)) return showNetwork(what, flags);
  const store = await FileStore.open(flags.store, { write: false });
  const runs = await store.listRuns();
  if (runs.some((run) => run.startsWith(what))) return showRun(await findRun(store, flags.store, what), store, flags);
  if (/^[0-9a-f]{6,64}$/.test(what)) {
    const id = await store.find(what);
    if (id !== null) return showCell(await store.readSummary(id), flags);
  }
  const known = [...Object.keys(presets), ...Object.keys(namedNetworks), ...runs];
  throw new UsageError(
    `${what} is not a preset, network, run or cell${didYouMean(what, known) || '; lottery list presets, networks or runs lists them.'}`,
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

function showNetwork(name: string, { json, input, classes }: ShowFlags): void {
  const { source, input: usual, build } = namedNetworks[name];
  const shape = input ?? usual;
  const layers = describeNetwork(build(shape, classes));
  if (json) {
    process.stdout.write(`${JSON.stringify({ name, source, input: shape, classes, layers }, null, 2)}\n`);
    return;
  }
  const some = (value: number) => (value === 0 ? '' : grouped(value));
  const rows = layers.map(({ layer, shape: size, weights, biases, flops }) => [
    layer,
    size,
    some(weights),
    some(biases),
    flops === 0 ? '' : flopText(flops),
  ]);
  const total = (key: 'weights' | 'biases' | 'flops') => layers.reduce((sum, layer) => sum + layer[key], 0);
  rows.push(['all', '', grouped(total('weights')), grouped(total('biases')), flopText(total('flops'))]);
  const header = ['layer', 'shape', 'weights', 'biases', 'forward'];
  const size = `${shape.channels} x ${shape.height} x ${shape.width}`;
  process.stdout.write(
    `${name} (${source}) on images of ${size} in ${classes} classes\n\n${table(header, rows, 'llrrr', paintFor(process.stdout))}\n\nBiases count the scales and shifts of batch normalisation; forward is for one example.\n`,
  );
}

async function showRun(record: RunRecord, store: FileStore, { json }: ShowFlags): Promise<void> {
  const graph = buildGraph(record.specification, record.dataset);
  const results = await assembleResults(record, graph, store);
  if (json) {
    process.stdout.write(`${JSON.stringify(runJson(results, {}), null, 2)}\n`);
    return;
  }
  const { specification, dataset } = record;
  const paint = paintFor(process.stdout);
  const head = [
    paint('bold', record.run),
    `${results.network.name}, ${grouped(results.network.weights)} weights, on ${dataset.name} (${grouped(dataset.train.count)} training, ${grouped(dataset.test.count)} test examples)`,
    `${formatCount(specification.trials, 'trial')}, ${formatCount(specification.levels, 'level')}, ${specification.pruning.schedule} pruning, ${grouped(graph.lengths.iterations)} iterations at batch ${specification.batch}`,
    `${results.cells.length} of ${formatCount(results.planned, 'cell')} finished; started ${record.started}${record.finished === null ? '' : `, finished ${record.finished}`}`,
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
      `as pruning.layerDensities, for another ticket of the same densities: {${summary.layers.map(({ layer, kept, total }) => `${layer}: ${kept / total}`).join(', ')}}`,
      '',
      stringify(
        summary.specification.mask === null ? { mask: 'none' } : { mask: summary.specification.mask },
      ).trimEnd(),
      stringify({ start: summary.specification.start }).trimEnd(),
      '',
    ].join('\n'),
  );
}
