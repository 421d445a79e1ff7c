import { Command, InvalidArgumentError } from 'commander';
import { type BenchCaseName, type BenchResult, bench, benchCases } from '../../node/bench/index.js';
import { packageVersion } from '../../node/version.js';
import { machine } from '../machine.js';
import { defaultWorkers, wholeNumber } from '../options.js';
import { byteText, isLive, type Output, paintFor, table } from '../terminal.js';

interface BenchFlags {
  readonly rounds: number;
  readonly workers?: number;
  readonly json?: boolean;
}

function caseName(text: string, before: readonly BenchCaseName[] = []): BenchCaseName[] {
  const name = benchCases.find((known) => known === text);
  if (name === undefined) throw new InvalidArgumentError(`expected ${benchCases.join(', ')}.`);
  return [...before, name];
}

/** `lottery bench`. */
export function benchCommand(): Command {
  return new Command('bench')
    .description('time training steps, kernels, a whole ladder and a run on all cores on this machine')
    .argument('[cases...]', `what to time: ${benchCases.join(', ')}; default: everything`, caseName)
    .option('--rounds <n>', 'rounds in which Lottery Lab and PyTorch take turns', wholeNumber(1), 3)
    .option('--workers <n>', 'workers to compare with one; default: one per core', wholeNumber(2))
    .option('--json', 'print one JSON document, and nothing else, on standard output')
    .addHelpText(
      'after',
      `
LeNet-300-100 at batch 60 with Adam on data of MNIST's size; Conv-2, ResNet-20 and VGG-16 under networks. PyTorch is timed too, on one thread, if python3
or the Python that LOTTERY_PYTHON names can import torch. Run nothing else on the machine meanwhile.

Examples:
  $ lottery bench
  $ lottery bench steps --rounds 9
  $ lottery bench kernels --json > kernels.json`,
    )
    .action(async (cases: BenchCaseName[], flags: BenchFlags) => {
      const workers = flags.workers ?? defaultWorkers();
      const result = await bench({
        cases: cases.length > 0 ? cases : benchCases,
        rounds: flags.rounds,
        workers,
        onProgress: progressLine(process.stderr),
      });
      if (isLive(process.stderr)) process.stderr.write('\r\u001b[K');
      if (flags.json) {
        process.stdout.write(`${JSON.stringify({ ...machine(), ...result }, null, 2)}\n`);
      } else {
        process.stdout.write(resultText(result));
      }
    });
}

function progressLine(output: Output): (text: string) => void {
  return (text) => output.write(isLive(output) ? `\r\u001b[K${text}` : `${text}\n`);
}

const digits = (value: number) => value.toPrecision(3).replace(/e\+?(-?\d+)$/, 'e$1');
const milliseconds = (value: number) => (value >= 1000 ? Math.round(value).toString() : digits(value));

function resultText({ rows, ratios, pytorch, workerMemoryBytes, memory }: BenchResult): string {
  const paint = paintFor(process.stdout);
  const { engine, platform, processor } = machine();
  const cells = rows.map((row) => [
    row.case,
    row.engine,
    row.kernels,
    String(row.threads),
    digits(row.density),
    milliseconds(row.msMedian),
    milliseconds(row.msMin),
    milliseconds(row.msMax),
    String(row.repetitions),
    row.gflops === undefined ? '' : row.gflops.toFixed(1),
  ]);
  const header = ['case', 'engine', 'kernels', 'threads', 'density', 'ms median', 'min', 'max', 'samples', 'GFLOP/s'];
  const lines = [
    `Lottery Lab ${packageVersion}, ${engine}, ${platform}, ${processor}`,
    '',
    table(header, cells, 'lllrrrrrrr', paint),
    '',
    ...ratios.map(({ name, value }) => `${digits(value).padStart(7)}  ${name}`),
  ];
  if (workerMemoryBytes !== null) lines.push(`${byteText(workerMemoryBytes)} held by one worker at most`);
  for (const { network, density, bytes } of memory) {
    lines.push(`${byteText(bytes).padStart(9)}  memory of ${network} at density ${digits(density)}`);
  }
  if (pytorch === null && rows.some((row) => row.case.startsWith('step'))) {
    lines.push('PyTorch was not found; set LOTTERY_PYTHON to a Python that has it.');
  }
  return `${lines.join('\n')}\n`;
}
