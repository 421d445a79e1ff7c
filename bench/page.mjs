// The benchmark's page: findings in words, faster peers first, then plots, tables, and how to reproduce it.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { engines, names, sizeOrder } from './cases.mjs';
import { ladderPlot, sharesPlot, sizesPlot, stepsPlot } from './plots.mjs';
import { median, spread } from './statistics.mjs';

const ratioText = (value) => (value >= 10 ? value.toFixed(0) : value >= 1 ? value.toFixed(1) : value.toFixed(2));
const table = (head, rows) =>
  [head, head.map((_, i) => (i === 0 ? '---' : '---:')), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');

/** The operations that take most of the time in the kernels' sections, and what bounds each. */
const bounds = {
  linear_forward: 'multiplications and additions, 48 for ten loads',
  linear_input_gradient: 'the same, and copying panels of weights',
  linear_weight_gradient: 'the same; transposing inputs and adding partial sums take a fifth of the time',
  sparse_forward: 'four sums a weight: the latency of an addition, four cycles, is as long as their work',
  sparse_input_gradient: 'as sparse_forward, each weight loaded by its index',
  sparse_weight_gradient: 'eight of its sixteen vector operations are shuffles: half of the peak at most',
  convolution: 'multiplications and additions; sums go to memory and back every 144 terms',
  sparse_convolution: 'eight loads of a weight’s inputs, from the second-level cache where there are many channels',
  convolution_weight_gradient: 'multiplications and additions, a load of a repeated quarter for every two of them',
  sparse_convolution_weight_gradient: 'as sparse_weight_gradient: half of the peak at most',
};

/** Cores that a peer's process used, compilation and garbage collection included, where that was more than one. */
const coresText = ({ cores }) => (cores > 1.1 ? ` (${cores.toFixed(1)} cores)` : '');

function sectionRows(results, section) {
  return results.rows.filter((row) => row.section === section);
}

/** A peer's row of a section, by its case. */
const peerRow = (rows, engine, kind, density) =>
  rows.find(
    (row) => row.engine === engine && row.test.kind === kind && (density === undefined || row.test.density === density),
  );

const ownRow = (rows, engine, density) =>
  rows.find((row) => row.engine === engine && row.test.kind === 'step' && row.test.density === density);

/** Ratios of our time to a peer's: [what, ours / theirs]. */
function comparisons(results) {
  const found = [];
  for (const network of Object.keys(names)) {
    const rows = sectionRows(results, network);
    for (const own of ['native', 'wasm']) {
      const dense = ownRow(rows, own, 1);
      if (dense === undefined) continue;
      for (const peer of ['pytorch', 'tfjs', 'jax']) {
        const theirs = peerRow(rows, peer, 'dense');
        if (theirs === undefined) continue;
        found.push({ network, own, peer, what: 'dense', density: 1, ratio: median(dense.ms) / median(theirs.ms) });
        for (const density of [0.1, 0.036]) {
          const sparse = ownRow(rows, own, density);
          if (sparse)
            found.push({
              network,
              own,
              peer,
              what: `density ${density}`,
              density,
              ratio: median(sparse.ms) / median(theirs.ms),
            });
        }
      }
    }
  }
  return found;
}

function words(results) {
  const all = comparisons(results);
  const lines = [];
  const sentence = ({ network, own, peer, what, ratio }) =>
    `${names[network]}, ${what}: ${engines[own].name} takes ${ratioText(ratio)} of ${engines[peer].name}'s time for a dense step`;
  const slower = all.filter(({ ratio }) => ratio > 1);
  lines.push('**Where a peer is faster:**', '');
  if (slower.length === 0) lines.push('- in none of the cases timed here.');
  for (const one of slower) lines.push(`- ${sentence(one)}.`);
  lines.push('', '**Where Lottery Lab is faster:**', '');
  for (const one of all.filter(({ ratio, own, peer }) => ratio <= 1 && own === 'native' && peer === 'pytorch'))
    lines.push(`- ${sentence(one)}.`);
  for (const peer of ['tfjs', 'jax']) {
    const dense = all.find((one) => one.peer === peer && one.own === 'wasm' && one.density === 1 && one.ratio <= 1);
    if (dense) lines.push(`- ${sentence(dense)}.`);
  }
  return lines;
}

function machineSection({ machine, node, native, peak, versions }) {
  const rows = [
    ['processor', `${machine.processor}, ${machine.cores} cores, ${machine.platform}`],
    ['multiplications and additions, 128-bit vectors', peak ? `${peak.gflops128.toFixed(0)} GFLOP/s` : 'not measured'],
  ];
  if (peak?.gflops256) rows.push(['the same, 256-bit vectors', `${peak.gflops256.toFixed(0)} GFLOP/s`]);
  if (peak?.gflops512) rows.push(['the same, 512-bit vectors', `${peak.gflops512.toFixed(0)} GFLOP/s`]);
  if (peak?.gflopsContracted)
    rows.push(['contracted (fused), widest vectors', `${peak.gflopsContracted.toFixed(0)} GFLOP/s`]);
  if (peak) rows.push(['copy of 256 MiB, bytes read and written', `${peak.copyGigabytes.toFixed(1)} GB/s`]);
  rows.push(['Node', node], ['native kernels', native ?? 'none']);
  for (const [engine, version] of Object.entries(versions))
    if (engine !== 'native') rows.push([engines[engine].name, version]);
  return [
    '## The machine',
    '',
    'Peak of one core, measured at the start of this run. Lottery Lab rounds each multiplication and each addition',
    'by itself, so that every machine gives the same bits; its limit is the peak without contraction.',
    '',
    table(['what', 'measured'], rows),
  ];
}

function stepsSection(results, network, files) {
  const rows = sectionRows(results, network);
  if (rows.length === 0) return [];
  files[`steps-${network}.svg`] = stepsPlot(rows, network);
  const dense = peerRow(rows, 'pytorch', 'dense');
  const kinds = { step: '', dense: 'dense', masked: 'a mask multiplied in', sparse: 'torch.sparse' };
  return [
    `## A training step of ${names[network]}`,
    '',
    `![Milliseconds a step against density](benchmarks/steps-${network}.svg)`,
    '',
    'Horizontal lines are peers that compute every weight whatever the mask: dense time is their time at every density.',
    'The ideal is the dense time of the fastest kernels times density.',
    '',
    table(
      ['engine', 'density', 'ms per step: median (interquartile range)', ...(dense ? ['of PyTorch dense'] : [])],
      rows.map((row) => [
        `${engines[row.engine].name}${kinds[row.test.kind] ? `, ${kinds[row.test.kind]}` : ''}${coresText(row)}`,
        row.test.kind === 'dense' ? '1' : `${row.test.density}`,
        spread(row.ms),
        ...(dense ? [ratioText(median(row.ms) / median(dense.ms))] : []),
      ]),
    ),
  ];
}

/** Operations that compute, of all networks together: GFLOP/s at density 1 and 0.1. */
function kernelsSection(results, files) {
  const rows = sectionRows(results, 'kernels');
  if (rows.length === 0 || results.peak === null) return [];
  const lines = [];
  for (const engine of ['native', 'wasm']) {
    const peak = engine === 'native' ? results.peak.gflops : results.peak.gflops128;
    const shares = [];
    for (const row of rows.filter((one) => one.engine === engine)) {
      for (const [operation, { ms, flops }] of Object.entries(row.operations)) {
        if (!(operation in bounds) || flops < 1e6) continue;
        const rate = flops / ms / 1e6;
        shares.push({
          operation: `${operation}, ${names[row.test.network]}`,
          id: operation,
          density: row.test.density,
          rate,
          share: rate / peak,
        });
      }
    }
    const kept = shares.filter(({ id, density }) => (id.startsWith('sparse') ? density < 1 : density === 1));
    if (kept.length === 0) continue;
    if (engine === 'native') files['shares.svg'] = sharesPlot(kept);
    lines.push(
      engine === 'native' ? '### Native' : '### WebAssembly (peak of 128-bit vectors)',
      '',
      table(
        ['operation', 'GFLOP/s', 'share of peak', ...(engine === 'native' ? ['what bounds it'] : [])],
        kept.map(({ operation, rate, share, id }) => [
          operation,
          rate.toFixed(0),
          `${Math.round(100 * share)}%`,
          ...(engine === 'native' ? [bounds[id]] : []),
        ]),
      ),
      '',
    );
  }
  return [
    '## Kernels and the peak',
    '',
    'Dense operations of dense networks, sparse ones at density 0.1 in every layer, each timed by itself.',
    '',
    '![Share of the peak](benchmarks/shares.svg)',
    '',
    ...lines,
  ];
}

function ladderSection(results, files) {
  const rows = sectionRows(results, 'ladder');
  if (rows.length === 0) return [];
  files['ladder.svg'] = ladderPlot(rows);
  return [
    '## A whole ladder',
    '',
    'Nineteen levels of LeNet-300-100, 300 iterations each, with pruning and rewinding between them.',
    '',
    '![Seconds of a ladder](benchmarks/ladder.svg)',
    '',
    table(
      ['engine', 'seconds (interquartile range)'],
      rows.map((row) => [
        `${engines[row.engine].name}${row.engine === 'pytorch' ? ', a mask multiplied in' : ''}`,
        spread(row.ms.map((ms) => ms / 1000)),
      ]),
    ),
  ];
}

function threadsSection(results) {
  const rows = sectionRows(results, 'threads');
  if (rows.length === 0) return [];
  const cases = [...new Set(rows.map(({ engine, place }) => `${engine} ${place}`))];
  return [
    '## Threads in one cell',
    '',
    'ResNet-20, batch 128. The bits do not depend on how many threads share the work.',
    '',
    table(
      ['kernels', 'density', 'one thread, ms', 'two threads, ms', 'speed-up'],
      cases.map((which) => {
        const [one, two] = [1, 2].map((threads) =>
          rows.find((row) => `${row.engine} ${row.place}` === which && row.threads === threads),
        );
        return [
          engines[one.engine].name,
          `${one.test.density}`,
          spread(one.ms),
          spread(two.ms),
          ratioText(median(one.ms) / median(two.ms)),
        ];
      }),
    ),
  ];
}

function sizesSection(results, files) {
  const rows = sectionRows(results, 'sizes');
  if (rows.length === 0) return [];
  const points = rows.map((row) => {
    const order = sizeOrder[row.engine === 'native' ? Math.floor(row.place / 2) : row.place];
    const series = row.engine === 'native' ? (row.test.density === 1 ? 'native dense' : 'native 0.1') : 'pytorch dense';
    return { ...order, series, ms: median(row.ms) };
  });
  files['sizes.svg'] = sizesPlot(points);
  return [
    '## Width, batch and depth',
    '',
    'Fully connected networks on 784 inputs: LeNet-300-100 with a first layer of so many units, in batches of so many',
    'examples, and stacks of so many hidden layers of 300.',
    '',
    '![Milliseconds a step against width, batch and depth](benchmarks/sizes.svg)',
  ];
}

/** Writes benchmarks.md and its plots into a folder. */
export function writePage(folder, results) {
  const files = {};
  const text = [
    '# Benchmarks',
    '',
    `One thread except where noted; each engine in its own process, engines interleaved, in one run of ${results.minutes.toFixed(0)} minutes; medians, with the interquartile range of the samples.`,
    '',
    ...words(results),
    '',
    ...machineSection(results),
    '',
    ...Object.keys(names).flatMap((network) => [...stepsSection(results, network, files), '']),
    ...ladderSection(results, files),
    '',
    ...threadsSection(results),
    '',
    ...kernelsSection(results, files),
    '',
    ...sizesSection(results, files),
    '',
    '## How to reproduce this page',
    '',
    '```',
    'npm run build:native',
    'npm ci --prefix bench --ignore-scripts   # TensorFlow.js and jax-js, for comparison',
    'npm run bench -- --out docs',
    '```',
    '',
    'PyTorch is used where `python3`, or the Python that `LOTTERY_PYTHON` names, can import it. Each engine is used as its',
    'documentation recommends: Adam and momentum from its library, `torch.sparse` matrices where weights are sparse, the whole step under',
    '`jit()` in jax-js. TensorFlow.js and jax-js are timed on fully connected networks alone. The samples are in',
    '[`benchmarks/results.json`](benchmarks/results.json).',
    '',
  ];
  const pictures = join(folder, 'benchmarks');
  mkdirSync(pictures, { recursive: true });
  for (const [name, svg] of Object.entries(files)) writeFileSync(join(pictures, name), svg);
  writeFileSync(join(pictures, 'results.json'), `${JSON.stringify(results)}\n`);
  writeFileSync(join(folder, 'benchmarks.md'), `${text.join('\n').replace(/\n{3,}/g, '\n\n')}`);
}
