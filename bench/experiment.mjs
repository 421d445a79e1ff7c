// A whole experiment, run to its end once by the command and once by PyTorch, on one core: what a trial of Frankle and Carbin's Figure 4
// costs in all, with evaluations, pruning and writing. Nothing else should run meanwhile.
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { findPyTorch, memoryKept, oneThread } from '../dist/node/bench/engines.js';
import { loadDataset } from '../dist/node/index.js';

const help = `npm run bench:experiment -- [options]

Times one trial of LeNet-300-100 on MNIST from beginning to end, on one core: the dense network, then at each level a ticket and a
re-initialisation of its mask. First lottery run, with its store, then PyTorch with masks multiplied in, through python3 (or
LOTTERY_PYTHON). Takes about twenty minutes.

  --iterations <n>   iterations of each training (default: 16000)
  --levels <n>       levels that are pruned (default: 13, which makes 27 trainings)
  --data <dir>       folder of data sets, as lottery run has it
  --out <folder>     where experiment.json goes (default: bench/out)
  --help`;

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const most = { maxBuffer: 2 ** 28 };
const execute = promisify(execFile);

/** What is running: interrupted, it is asked to end, and waited for. */
let child = null;
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => child?.kill('SIGTERM'));

function start(...command) {
  const running = execute(...command);
  child = running.child;
  return running;
}

/** A whole number of at least one. */
function count(name, text) {
  if (!/^[1-9]\d*$/.test(text)) throw new Error(`--${name} is ${text}; expected a whole number of at least 1.`);
  return Number(text);
}

const seconds = (since) => (performance.now() - since) / 1000;
const sum = (values) => values.reduce((total, value) => total + value, 0);

/** The command as anybody runs it, in a store of its own. */
async function ownRun(folder, { iterations, levels, data }) {
  const settings = ['--trials', '1', '--levels', String(levels + 1), '--set', `iterations=${iterations}`];
  const controls = ['--set', 'controls.reinitialise=1', '--workers', '1', '--store', join(folder, 'store')];
  const place = data === undefined ? [] : ['--data', data];
  const command = ['run', 'lenet-mnist', ...settings, ...controls, ...place, '--no-report', '--json'];
  const began = performance.now();
  const { stdout } = await start(process.execPath, [join(root, 'dist', 'bin', 'main.js'), ...command], most);
  const wall = seconds(began);
  const { cells, provenance } = JSON.parse(stdout);
  const training = sum(cells.map((cell) => cell.seconds));
  return {
    command: `lottery ${command.filter((word) => !word.startsWith(folder) && word !== '--store').join(' ')}`,
    engine: `Lottery Lab ${provenance.version}, ${provenance.engine}`,
    seconds: wall,
    training,
    cells: cells.map(({ condition, level, seconds, density }) => ({ cell: condition, level, density, seconds })),
  };
}

/** The same in PyTorch, its memory kept between steps. */
async function peerRun(folder, python, { iterations, levels, data }) {
  const { train } = await loadDataset({ name: 'mnist' }, data === undefined ? {} : { dataFolder: data });
  writeFileSync(join(folder, 'images.u8'), train.images);
  writeFileSync(join(folder, 'labels.u8'), train.labels);
  const env = { ...process.env, ...oneThread, ...memoryKept };
  const began = performance.now();
  const script = join(root, 'bench', 'experiment.py');
  const { stdout } = await start(python, [script, folder, String(iterations), String(levels)], { ...most, env });
  const wall = seconds(began);
  const [{ version }, ...cells] = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  return {
    engine: version,
    seconds: wall,
    training: sum(cells.map((cell) => cell.seconds)),
    evaluating: sum(cells.map((cell) => cell.evaluating)),
    cells,
  };
}

let flags;
let options;
try {
  ({ values: flags } = parseArgs({
    options: {
      iterations: { type: 'string', default: '16000' },
      levels: { type: 'string', default: '13' },
      data: { type: 'string' },
      out: { type: 'string', default: join(root, 'bench', 'out') },
      help: { type: 'boolean', default: false },
    },
  }));
  const { data } = flags;
  options = { iterations: count('iterations', flags.iterations), levels: count('levels', flags.levels), data };
} catch (error) {
  process.stderr.write(`${error.message}\n\n${help}\n`);
  process.exit(2);
}

if (flags.help) {
  process.stdout.write(`${help}\n`);
  process.exit(0);
}

const folder = mkdtempSync(join(tmpdir(), 'lottery-experiment-'));
try {
  const say = (name, { seconds, training, cells }) =>
    process.stdout.write(
      `${name}: ${seconds.toFixed(1)} s for ${cells.length} trainings, ${(seconds - training).toFixed(1)} s of them outside trainings\n`,
    );
  const python = await findPyTorch();
  if (python === null) {
    process.stderr.write('No Python with PyTorch was found, so Lottery Lab runs alone: set LOTTERY_PYTHON to one.\n');
  }
  const own = await ownRun(folder, options);
  say(own.engine, own);
  let peer = null;
  if (python !== null) {
    peer = await peerRun(folder, python, options);
    say(peer.engine, peer);
    process.stdout.write(`Lottery Lab takes ${(own.seconds / peer.seconds).toFixed(3)} of PyTorch's time.\n`);
  }
  mkdirSync(flags.out, { recursive: true });
  const file = resolve(flags.out, 'experiment.json');
  writeFileSync(file, `${JSON.stringify({ ...options, data: 'mnist', own, peer }, null, 2)}\n`);
  process.stdout.write(`The times of every training are in ${file}.\n`);
} catch (error) {
  process.stderr.write(`${error.stderr ?? error.message}\n`);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
