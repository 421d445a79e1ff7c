// The benchmark as `lottery bench` runs it, whose samples become a page with plots.
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { bench, compareRuns, comparisonText, findingsOf, readResults, sectionNames } from '../dist/node/bench/index.js';

const help = `npm run bench -- [options]

Measures this machine's peak, then training steps, kernels, whole ladders and threads of Lottery Lab and of its peers, where
installed: PyTorch through python3 (or LOTTERY_PYTHON), TensorFlow.js and jax-js in bench/
(npm ci --prefix bench --ignore-scripts). Takes about half an hour, during which nothing else should run: the machine is watched,
and a run that was disturbed says so and states no finding.

  --out <folder>       where benchmarks.md, its plots and samples go (default: bench/out)
  --section <name>     measure only this section; repeatable: ${sectionNames.join(', ')} (default: all)
  --rounds <n>         rounds in which the engines take turns, a launch (default: set by each section)
  --launches <n>       times that every engine is started anew (default: set by each section)
  --page <file>        measure nothing: write the page of an earlier results.json into --out
  --compare <a> <b>    measure nothing: compare two results.json, ratio by ratio; exit status 1 if any differs by more than 5%
  --help`;

/** A whole number of at least one, or undefined where the option is not given. */
function count(name, text) {
  if (text !== undefined && !/^[1-9]\d*$/.test(text)) {
    throw new Error(`--${name} is ${text}; expected a whole number of at least 1.`);
  }
  return text === undefined ? undefined : Number(text);
}

let flags;
let files;
let rounds;
let launches;
try {
  ({ values: flags, positionals: files } = parseArgs({
    allowPositionals: true,
    options: {
      out: { type: 'string', default: join(dirname(fileURLToPath(import.meta.url)), 'out') },
      section: { type: 'string', multiple: true, default: sectionNames },
      rounds: { type: 'string' },
      launches: { type: 'string' },
      page: { type: 'string' },
      compare: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  }));
  const unknown = flags.section.find((name) => !sectionNames.includes(name));
  if (unknown) throw new Error(`unknown section ${unknown}; expected one of ${sectionNames.join(', ')}.`);
  rounds = count('rounds', flags.rounds);
  launches = count('launches', flags.launches);
  const wanted = flags.compare ? 2 : 0;
  if (files.length !== wanted) {
    throw new Error(`${files.length} files given; expected ${flags.compare ? 'two after --compare' : 'none'}.`);
  }
} catch (error) {
  process.stderr.write(`${error.message}\n\n${help}\n`);
  process.exit(2);
}

try {
  if (flags.help) {
    process.stdout.write(`${help}\n`);
  } else if (flags.compare) {
    const comparison = compareRuns(...files.map(readResults));
    process.stdout.write(comparisonText(comparison));
    process.exitCode = comparison.agree ? 0 : 1;
  } else {
    await page();
  }
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}

/** Measures, or reads what was measured, and writes the page. */
async function page() {
  const say = (text) => process.stderr.write(`${text}\n`);
  const results = flags.page
    ? readResults(flags.page)
    : await bench({ sections: flags.section, rounds, launches, onProgress: say, onNotice: say });
  const { writePage } = await import('./page.mjs');
  const out = resolve(flags.out);
  writePage(out, results);
  if (flags.page) return;
  const { disturbed } = findingsOf(results);
  if (disturbed !== null) say(disturbed);
  say(`written: ${join(out, 'benchmarks.md')}, after ${results.minutes.toFixed(0)} minutes`);
}
