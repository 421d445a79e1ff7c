// The benchmark's page: what disturbed the run or what it found, faster peers first, then plots, tables, and how to repeat it.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  engineNames,
  fairRow,
  findingsOf,
  isDisturbed,
  median,
  networkNames,
  pairedRatio,
  peakSeparate,
  peers,
  quietText,
  ratioText,
  rowsOf,
  sentencesOf,
  speedUps,
  spread,
} from '../dist/node/bench/index.js';
import { ladderPlot, sharesPlot, sizesPlot, stepsPlot } from './plots.mjs';
import { earlierPage, howToRepeat, operationBounds } from './words.mjs';

const table = (head, rows) =>
  [head, head.map((_, i) => (i === 0 ? '---' : '---:')), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');

/** Cores that a case's process used, compilation and garbage collection included, where that was more than one. */
const coresText = ({ cores, threads }) => (cores > 1.1 && threads === 1 ? ` (${cores.toFixed(1)} cores)` : '');

/** A ratio with its quartiles over the rounds. */
const ratioCell = ({ value, low, high }) => `${ratioText(value)} (${ratioText(low)} to ${ratioText(high)})`;

/** What the run shows, faster peers first; of a disturbed run that it was. */
function findings(results) {
  const { disturbed, peerFaster, alike, ownFaster } = findingsOf(results);
  if (disturbed !== null) return [`> **Disturbed.** ${disturbed}`];
  const list = (found) => sentencesOf(found).map((sentence) => `- ${sentence}.`);
  return [
    '**Where a peer is faster:**',
    '',
    ...(peerFaster.length > 0 ? list(peerFaster) : ['- in none of the cases timed here.']),
    '',
    ...(alike.length > 0 ? ['**As fast, within 5%:**', '', ...list(alike), ''] : []),
    '**Where Lottery Lab is faster:**',
    '',
    ...(ownFaster.length > 0 ? list(ownFaster) : ['- in none of the cases timed here.']),
    '',
    "A peer's time is that of its fastest setting here for the case. In brackets the quartiles over the rounds.",
    `The machine was quiet: ${quietText(results)}.`,
  ];
}

function peakRows(peak) {
  if (peak === null) return [['multiplications and additions', 'not measured: no C compiler']];
  return peak.loops.map(({ bits, contracted, gflops, perCycle }) => [
    `${bits}-bit vectors, ${contracted ? 'contracted' : 'separate'}`,
    `${gflops.toFixed(0)} GFLOP/s: ${perCycle.toFixed(2)} instructions a cycle`,
  ]);
}

function machineSection({ machine, node, native, peak, versions, load }) {
  const rows = [
    ['processor', `${machine.processor}, ${machine.cores} cores, ${machine.platform}`],
    ...(peak ? [['clock of a core, measured', `${peak.clockGigahertz.toFixed(2)} GHz`]] : []),
    ...peakRows(peak),
    ...(peak ? [['copy of 256 MiB, bytes read and written', `${peak.copyGigabytes.toFixed(1)} GB/s`]] : []),
    ['load average before and after', `${load.before.toFixed(1)}, ${load.after.toFixed(1)}`],
    ['Node', node],
    ['native kernels', native ?? 'none'],
    ...Object.entries(versions)
      .filter(([engine]) => engine !== 'native')
      .map(([engine, version]) => [engineNames[engine], version]),
  ];
  return [
    '## The machine',
    '',
    'Peak of one core: independent sums in registers, as many as any latency needs. That a whole number of vector instructions',
    'a cycle comes out shows that units bound the loops, and nothing else. Lottery Lab rounds each multiplication and each',
    'addition by itself, so that every machine gives the same bits; its limit is the peak of separate ones.',
    '',
    table(['what', 'measured'], rows),
  ];
}

const kindNames = {
  step: '',
  dense: 'dense',
  'channels-last': 'dense, channels last',
  masked: 'a mask multiplied in',
  sparse: 'torch.sparse',
};

function stepsSection(results, network, files) {
  const rows = rowsOf(results, network);
  if (rows.length === 0) return [];
  files[`steps-${network}.svg`] = stepsPlot(rows, network);
  const fair = fairRow(rows, 'PyTorch');
  const compared = fair !== undefined && !isDisturbed(results);
  return [
    `## A training step of ${networkNames[network]}`,
    '',
    `![Milliseconds a step against density](benchmarks/steps-${network}.svg)`,
    '',
    'Horizontal lines are peers that compute every weight whatever the mask: dense time is their time at every density.',
    'The ideal is the dense time of the fastest kernels times density.',
    ...(compared
      ? ['', `Ratios are of ${engineNames[fair.engine]}, ${kindNames[fair.test.kind]}: its fastest dense step here.`]
      : []),
    '',
    table(
      ['engine', 'density', 'ms per step: median (quartiles)', ...(compared ? ['of PyTorch dense (quartiles)'] : [])],
      rows.map((row) => [
        `${engineNames[row.engine]}${kindNames[row.test.kind] ? `, ${kindNames[row.test.kind]}` : ''}${coresText(row)}`,
        `${row.test.density}`,
        spread(row.ms),
        ...(compared ? [ratioCell(pairedRatio(row.ms, fair.ms))] : []),
      ]),
    ),
  ];
}

/** Operations that compute, of all networks together: GFLOP/s at density 1 and 0.1. */
function kernelsSection(results, files) {
  const rows = rowsOf(results, 'kernels');
  if (rows.length === 0 || results.peak === null) return [];
  const quiet = !isDisturbed(results);
  const lines = [];
  for (const engine of ['native', 'wasm']) {
    const native = engine === 'native';
    const peak = peakSeparate(results.peak, native ? undefined : 128);
    const kept = rows
      .filter((row) => row.engine === engine && row.part in operationBounds && row.flops >= 1e6)
      .filter(({ part, test }) => (part.startsWith('sparse') ? test.density < 1 : test.density === 1))
      .map((row) => {
        const rate = row.flops / median(row.ms) / 1e6;
        return {
          operation: `${row.part}, ${networkNames[row.test.network]}`,
          id: row.part,
          rate,
          share: rate / peak,
        };
      });
    if (kept.length === 0) continue;
    if (native && quiet) files['shares.svg'] = sharesPlot(kept);
    lines.push(
      native ? '### Native' : '### WebAssembly (peak of 128-bit vectors)',
      '',
      ...(native && quiet ? ['![Share of the peak](benchmarks/shares.svg)', ''] : []),
      table(
        ['operation', 'GFLOP/s', ...(quiet ? ['share of peak'] : []), ...(native ? ['what it does'] : [])],
        kept.map(({ operation, rate, share, id }) => [
          operation,
          rate.toFixed(0),
          ...(quiet ? [`${Math.round(100 * share)}%`] : []),
          ...(native ? [operationBounds[id]] : []),
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
    ...lines,
  ];
}

function ladderSection(results, files) {
  const rows = rowsOf(results, 'ladder');
  if (rows.length === 0) return [];
  files['ladder.svg'] = ladderPlot(rows);
  return [
    '## A whole ladder',
    '',
    'Nineteen levels of LeNet-300-100, 300 iterations each, with pruning and rewinding between them. The engines take turns level by',
    'level.',
    '',
    '![Seconds of a ladder](benchmarks/ladder.svg)',
    '',
    table(
      ['engine', 'seconds (quartiles)'],
      rows.map((row) => [
        `${engineNames[row.engine]}${peers.PyTorch.includes(row.engine) ? ', a mask multiplied in' : ''}`,
        spread(row.ms.map((ms) => ms / 1000)),
      ]),
    ),
  ];
}

function threadsSection(results) {
  const pairs = speedUps(results);
  if (pairs.length === 0) return [];
  const quiet = !isDisturbed(results);
  const what = ({ section, test }) => (section === 'cores' ? 'eight cells' : `ResNet-20, density ${test.density}`);
  return [
    '## Threads',
    '',
    'Threads that share one cell (ResNet-20, batch 128), and workers that train a cell each (eight dense trainings of',
    'LeNet-300-100, 1,000 iterations, with the store). The bits do not depend on how many there are.',
    '',
    table(
      ['kernels', 'what', 'threads', 'one thread, ms', 'all threads, ms', ...(quiet ? ['speed-up (quartiles)'] : [])],
      pairs.map(({ one, several, ...ratio }) => [
        engineNames[one.engine],
        what(one),
        `${several.threads}`,
        spread(one.ms),
        spread(several.ms),
        ...(quiet ? [ratioCell(ratio)] : []),
      ]),
    ),
  ];
}

function sizesSection(results, files) {
  const rows = rowsOf(results, 'sizes');
  if (rows.length === 0) return [];
  files['sizes.svg'] = sizesPlot(rows);
  return [
    '## Width, batch and depth',
    '',
    'Fully connected networks on 784 inputs: LeNet-300-100 with a first layer of so many units, in batches of so many',
    'examples, and stacks of so many hidden layers of 300; PyTorch on the faster of its settings.',
    '',
    '![Milliseconds a step against width, batch and depth](benchmarks/sizes.svg)',
  ];
}

/** Writes benchmarks.md, its plots and its samples into a folder. */
export function writePage(folder, results) {
  const files = {};
  const text = [
    '# Benchmarks',
    '',
    ...findings(results),
    '',
    `One thread except where noted; each case in a process of its own, all cases of a section in turns, step by step, in one run of ${results.minutes < 1 ? 'less than a minute' : `${results.minutes.toFixed(0)} minutes`}; medians over the rounds, with their quartiles.`,
    '',
    ...machineSection(results),
    '',
    ...Object.keys(networkNames).flatMap((network) => [...stepsSection(results, network, files), '']),
    ...ladderSection(results, files),
    '',
    ...threadsSection(results),
    '',
    ...kernelsSection(results, files),
    '',
    ...sizesSection(results, files),
    '',
    ...howToRepeat,
    '',
    ...earlierPage,
    '',
  ];
  const pictures = join(folder, 'benchmarks');
  mkdirSync(pictures, { recursive: true });
  for (const [name, svg] of Object.entries(files)) writeFileSync(join(pictures, name), svg);
  writeFileSync(join(pictures, 'results.json'), `${JSON.stringify(results)}\n`);
  writeFileSync(join(folder, 'benchmarks.md'), `${text.join('\n').replace(/\n{3,}/g, '\n\n')}`);
}
