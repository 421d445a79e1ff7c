import { Command, InvalidArgumentError } from 'commander';
import {
  bench,
  engineNames,
  findingsOf,
  isDisturbed,
  median,
  peakSeparate,
  quietText,
  type Results,
  type Row,
  ratiosOf,
  ratioText,
  type SectionName,
  sectionNames,
  sentencesOf,
  spread,
} from '../../node/bench/index.js';
import { packageVersion } from '../../node/version.js';
import { machine } from '../machine.js';
import { wholeNumber } from '../options.js';
import { byteText, isLive, type Output, paintFor, table } from '../terminal.js';

interface BenchFlags {
  readonly rounds?: number;
  readonly launches?: number;
  readonly json?: boolean;
}

function sectionName(text: string, before: readonly SectionName[] = []): SectionName[] {
  const name = sectionNames.find((known) => known === text);
  if (name === undefined) throw new InvalidArgumentError(`expected ${sectionNames.join(', ')}.`);
  return [...before, name];
}

/** `lottery bench`. */
export function benchCommand(): Command {
  return new Command('bench')
    .description('time training steps, kernels, a whole ladder and a run on all cores on this machine')
    .argument('[sections...]', `what to time: ${sectionNames.join(', ')}; default: everything`, sectionName)
    .option(
      '--rounds <n>',
      'rounds in which all engines take turns, a launch; default: each section has its own',
      wholeNumber(1),
    )
    .option(
      '--launches <n>',
      'times that every engine is started anew; default: each section has its own',
      wholeNumber(1),
    )
    .option('--json', 'print one JSON document, and nothing else, on standard output')
    .addHelpText(
      'after',
      `
LeNet-300-100 at batch 60 with Adam on data of MNIST's size; Conv-2, ResNet-20 and VGG-16 on images of CIFAR-10's size.
PyTorch is timed too, on one thread, if python3 or the Python that LOTTERY_PYTHON names can import torch: with the default
allocator, and with memory kept between steps. Ratios are of the faster of the two. Everything takes about half an hour, lenet-300-100 two minutes.
Run nothing else on the machine meanwhile: it is watched, and a run that was disturbed says so and states no finding.

Examples:
  $ lottery bench lenet-300-100
  $ lottery bench conv-2 resnet-20 --rounds 9
  $ lottery bench kernels --json > kernels.json`,
    )
    .action(async (names: SectionName[], { rounds, launches, json }: BenchFlags) => {
      const output = process.stderr;
      const results = await bench({
        sections: names.length > 0 ? names : sectionNames,
        rounds,
        launches,
        onProgress: progressLine(output),
        onNotice: (text) => output.write(`${isLive(output) ? '\r\u001b[K' : ''}${text}\n`),
      });
      if (isLive(output)) output.write('\r\u001b[K');
      process.stdout.write(json ? `${JSON.stringify(results, null, 2)}\n` : resultText(results));
    });
}

function progressLine(output: Output): (text: string) => void {
  return (text) => output.write(isLive(output) ? `\r\u001b[K${text}` : `${text}\n`);
}

const gflops = ({ flops, ms }: Row) => (flops === undefined ? '' : (flops / median(ms) / 1e6).toFixed(1));

function resultText(results: Results): string {
  const { rows, peak } = results;
  const paint = paintFor(process.stdout);
  const { engine, platform, processor } = machine();
  const cells = rows.map((row) => [
    row.section === row.group ? row.section : `${row.section}, ${row.group}`,
    row.part ?? row.test.kind,
    engineNames[row.engine],
    String(row.threads),
    `${Number((row.density ?? row.test.density).toPrecision(3))}`,
    spread(row.ms),
    row.cores.toFixed(2),
    gflops(row),
    row.bytes === undefined ? '' : byteText(row.bytes),
  ]);
  const header = [
    'section',
    'what',
    'engine',
    'threads',
    'density',
    'ms: median, quartiles',
    'cores',
    'GFLOP/s',
    'memory',
  ];
  const { disturbed, peerFaster, alike, ownFaster } = findingsOf(results);
  const lines = [`Lottery Lab ${packageVersion}, ${engine}, ${platform}, ${processor}`, ''];
  if (disturbed !== null) lines.push(disturbed, '');
  lines.push(table(header, cells, 'lllrrrrrr', paint), '');
  if (peak !== null) {
    const separate = peakSeparate(peak).toFixed(0);
    lines.push(
      `The peak of one core is ${separate} GFLOP/s without contraction, at ${peak.clockGigahertz.toFixed(2)} GHz.`,
    );
  }
  for (const [title, found] of [
    ['A peer is faster:', peerFaster],
    ['As fast, within 5%:', alike],
    ['Lottery Lab is faster:', ownFaster],
  ] as const) {
    if (found.length > 0) lines.push(title, ...sentencesOf(found).map((sentence) => `  ${sentence}.`));
  }
  if (!isDisturbed(results)) {
    const others = ratiosOf(results).filter((ratio) => !('peer' in ratio));
    lines.push(...others.map(({ name, value }) => `${ratioText(value).padStart(7)}  ${name}`));
    lines.push(`Quiet: ${quietText(results)}.`);
  }
  return `${lines.join('\n')}\n`;
}
