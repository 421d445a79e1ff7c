// The benchmark: measures the machine's peak, then Lottery Lab and those of its peers that are installed, each in its own
// process, interleaved. Writes its samples as JSON, and a page with plots.
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { findPyTorch } from '../dist/node/bench/pytorch.js';
import { findNative } from '../dist/node/kernels/index.js';
import { engines, sections } from './cases.mjs';
import { writePage } from './page.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const run = promisify(execFile);

const help = `npm run bench -- [options]

Measures this machine's peak, then training steps, kernels, whole ladders and threads of Lottery Lab and of its peers, where
installed: PyTorch through python3 (or LOTTERY_PYTHON), TensorFlow.js and jax-js in bench/
(npm ci --prefix bench --ignore-scripts). Takes about half an hour, during which nothing else should run.

  --out <folder>      where benchmarks.md, its plots and samples go (default: bench/out)
  --section <name>    measure only this section; repeatable: ${Object.keys(sections).join(', ')} (default: all)
  --rounds <n>        rounds in which the engines take turns (default: set by each section)
  --page <file>       measure nothing: write the page of an earlier results.json into --out
  --help`;

let flags;
try {
  ({ values: flags } = parseArgs({
    options: {
      out: { type: 'string', default: join(here, 'out') },
      section: { type: 'string', multiple: true, default: Object.keys(sections) },
      rounds: { type: 'string' },
      page: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  }));
  const unknown = flags.section.find((name) => !(name in sections));
  if (unknown) throw new Error(`unknown section ${unknown}; expected one of ${Object.keys(sections).join(', ')}.`);
  if (flags.rounds !== undefined && !/^[1-9]\d*$/.test(flags.rounds)) {
    throw new Error(`--rounds is ${flags.rounds}; expected a whole number of at least 1.`);
  }
} catch (error) {
  process.stderr.write(`${error.message}\n\n${help}\n`);
  process.exit(2);
}
if (flags.help) {
  process.stdout.write(`${help}\n`);
  process.exit(0);
}
if (flags.page) {
  writePage(flags.out, JSON.parse(readFileSync(flags.page, 'utf8')));
  process.exit(0);
}

const say = (text) => process.stderr.write(`${text}\n`);

/** The best loops of the machine, compiled here and now; null without a C compiler. */
function measurePeak() {
  const folder = mkdtempSync(join(tmpdir(), 'lottery-peak-'));
  try {
    const program = join(folder, 'peak');
    const processor = process.arch === 'arm64' ? '-mcpu=native' : '-march=native';
    const words = ['-O2', '-std=gnu11', '-ffp-contract=off', processor, join(here, 'peak.c'), '-o', program];
    execFileSync(process.env.CC ?? 'cc', words, { stdio: ['ignore', 'ignore', 'pipe'] });
    return JSON.parse(execFileSync(program, { encoding: 'utf8' }));
  } catch (error) {
    say(`cannot measure the machine's peak: ${String(error.message).split('\n')[0]}`);
    return null;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** How to start each engine that is there. */
async function findEngines() {
  const found = {};
  const node = (file) => ({ command: process.execPath, words: [join(here, 'engines', file)] });
  if (findNative().usable) found.native = { ...node('lottery.mjs'), env: { LOTTERY_KERNELS: 'native' } };
  found.wasm = { ...node('lottery.mjs'), env: { LOTTERY_KERNELS: 'wasm' } };
  const pytorch = await findPyTorch();
  // Its libraries have threads of their own, which torch.set_num_threads does not reach.
  const alone = { OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', MKL_NUM_THREADS: '1' };
  if (pytorch) found.pytorch = { command: pytorch.python, words: [join(here, 'engines', 'pytorch.py')], env: alone };
  if (existsSync(join(here, 'node_modules', '@tensorflow', 'tfjs'))) found.tfjs = node('tfjs.mjs');
  if (existsSync(join(here, 'node_modules', '@jax-js', 'jax'))) found.jax = node('jax.mjs');
  return found;
}

async function ask({ command, words, env }, request) {
  const { stdout } = await run(command, [...words, JSON.stringify(request)], {
    env: { ...process.env, ...env },
    timeout: 1_200_000,
    maxBuffer: 1 << 26,
  });
  return JSON.parse(stdout);
}

const began = Date.now();
say('peak of this machine');
const peak = measurePeak();
const found = await findEngines();
for (const [id, { name }] of Object.entries(engines)) if (!(id in found)) say(`not found: ${name}`);

const versions = {};
const rows = [];
for (const section of flags.section) {
  const { asks, samples, threads = [1] } = sections[section];
  const rounds = Number(flags.rounds ?? sections[section].rounds);
  const own = [];
  for (let round = 0; round < rounds; round++) {
    for (const [engine, cases] of Object.entries(asks)) {
      if (!(engine in found)) continue;
      for (const count of threads) {
        say(
          `${section}, round ${round + 1} of ${rounds}: ${engines[engine].name}${count > 1 ? `, ${count} threads` : ''}`,
        );
        const answer = await ask(found[engine], { threads: count, samples, cases });
        versions[engine] = answer.version;
        answer.results.forEach((result, place) => {
          let row = own.find((r) => r.engine === engine && r.threads === count && r.place === place);
          if (row === undefined) {
            row = {
              section,
              engine,
              threads: count,
              place,
              test: cases[place],
              cores: answer.cores,
              ...result,
              ms: [],
            };
            own.push(row);
          }
          row.ms.push(...(result.ms ?? []));
        });
      }
    }
  }
  rows.push(...own);
}

const results = {
  machine: { processor: cpus()[0].model.trim(), cores: cpus().length, platform: `${process.platform} ${process.arch}` },
  node: process.versions.node,
  native: findNative().usable ? findNative().compiler : null,
  minutes: (Date.now() - began) / 60_000,
  peak,
  versions,
  rows,
};
const out = resolve(flags.out);
writePage(out, results);
say(`written: ${join(out, 'benchmarks.md')}, after ${results.minutes.toFixed(0)} minutes`);
