import { fork } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { doors } from './doors/index.js';
import type { Job, Report } from './job.js';
import { root } from './places.js';
import { MOST_SECONDS } from './try-door.js';

/** `npm run fuzz`: tries every door in processes of their own until the time is up, and says what was tried. */

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string' },
    door: { type: 'string' },
    path: { type: 'string' },
    inputs: { type: 'string', default: '10000' },
    commands: { type: 'string', default: '300' },
    workers: { type: 'string', default: '2' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

const usage = `npm run fuzz [-- options]

  --minutes <n>   how long, at least; default: 10
  --inputs <n>    how many inputs, at least; default: 10000
  --commands <n>  how many of them through the command, at least; default: 300
  --seed <n>      what all inputs follow from; default: the time
  --door <name>   only this door: ${Object.keys(doors).join(', ')}
  --path <path>   with --door and --seed: one input, as a failure says
  --workers <n>   processes at once; default: 2
`;

/** How many inputs a process is given, and for how long: then it is another one's turn. */
const TURN = { inputs: 400, seconds: 8 };
/** The same of the command, which takes the better part of a second each time. */
const COMMAND_TURN = { inputs: 400, seconds: 100 };
/** How long a process may take to begin. */
const START_SECONDS = 60;

interface Row {
  what: string;
  accepted: number;
  refused: number;
  seconds: number;
  megabytes: number;
  faults: number;
}

const rows = new Map<string, Row>(
  Object.keys(doors).map((name) => [name, { what: '', accepted: 0, refused: 0, seconds: 0, megabytes: 0, faults: 0 }]),
);

const out = join(root, '.cache', 'fuzz-failures');

/** Does one job in a process of its own, which is ended when it is silent for longer than an input may take. */
function perform(job: Job): Promise<void> {
  const row = rows.get(job.door) as Row;
  return new Promise((resolve) => {
    const child = fork(join(root, '.cache', 'fuzz', 'worker.mjs'), {
      cwd: root,
      execArgv: ['--enable-source-maps', '--expose-gc'],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    let tried = 0;
    let isDone = false;
    let errors = '';
    const fail = (message: string, { seed = job.seed, path = `${tried}`, saved = '' } = {}) => {
      isDone = true;
      row.faults++;
      const place = saved === '' ? '' : `\n  saved: ${saved}`;
      process.stdout.write(
        `\nFAULT at ${job.door}: ${message}${place}\n  repeat: npm run fuzz -- --door ${job.door} --seed ${seed} --path ${path}\n\n`,
      );
    };
    let timer: NodeJS.Timeout;
    const wait = (seconds: number) => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        fail(`no answer in ${seconds} s`);
        child.kill('SIGKILL');
      }, seconds * 1000);
    };
    wait(START_SECONDS);
    child.stderr?.on('data', (chunk: Buffer) => {
      errors = (errors + chunk).slice(-2000);
    });
    child.on('message', (report: Report) => {
      // Making a failure small takes as long as it takes, an input at a time.
      wait(MOST_SECONDS * 2);
      if (report.kind === 'open') row.what = report.what;
      else if (report.kind === 'failed') fail(report.message, report);
      else {
        tried++;
        row[report.verdict]++;
        row.seconds = Math.max(row.seconds, report.seconds);
        row.megabytes = Math.max(row.megabytes, report.megabytes);
      }
    });
    child.on('exit', (code, signal) => {
      clearTimeout(timer);
      if (!isDone && code !== 0) fail(`its process ended with ${signal ?? code}: ${errors}`);
      resolve();
    });
    child.send(job);
  });
}

const inputsOf = (name: string) => {
  const { accepted, refused } = rows.get(name) as Row;
  return accepted + refused;
};

async function main(): Promise<void> {
  if (values.help) {
    process.stdout.write(usage);
    return;
  }
  if (values.door !== undefined && !Object.hasOwn(doors, values.door)) {
    process.stderr.write(`no door is called ${values.door}; expected ${Object.keys(doors).join(', ')}.\n`);
    process.exitCode = 2;
    return;
  }
  mkdirSync(out, { recursive: true });
  const seed = Number(values.seed ?? Date.now() % 2 ** 31);
  if (values.path !== undefined && values.door !== undefined) {
    await perform({ door: values.door, seed, inputs: 1, path: values.path, out });
  } else await tryAll(seed);
  summary();
}

async function tryAll(seed: number): Promise<void> {
  const names = values.door === undefined ? Object.keys(doors) : [values.door];
  const end = performance.now() + Number(values.minutes) * 60_000;
  process.stdout.write(`seed ${seed}\n`);
  let turn = 0;
  const isDone = () => {
    if (performance.now() < end) return false;
    const all = names.reduce((sum, name) => sum + inputsOf(name), 0);
    const commands = names.includes('command') && inputsOf('command') < Number(values.commands);
    return all >= Number(values.inputs) && !commands;
  };
  // A door that fails every time is no reason to go on for ever.
  const isHopeless = () => [...rows.values()].reduce((sum, { faults }) => sum + faults, 0) >= 40;
  const work = async () => {
    while (!isDone() && !isHopeless()) {
      const own = turn++;
      const door = names[own % names.length];
      const before = inputsOf(door);
      await perform({ door, seed: (seed + own) | 0, ...(door === 'command' ? COMMAND_TURN : TURN), out });
      process.stdout.write(`${door.padEnd(12)} seed ${(seed + own) | 0}: ${inputsOf(door) - before} inputs\n`);
    }
  };
  await Promise.all(Array.from({ length: Number(values.workers) }, work));
}

function summary(): void {
  const used = [...rows].filter(([name, { faults }]) => inputsOf(name) > 0 || faults > 0);
  const header = ['door', 'what comes in', 'inputs', 'read', 'refused', 'slowest ms', 'peak MB', 'faults'];
  const lines = used.map(([name, row]) =>
    [
      name,
      row.what,
      inputsOf(name),
      row.accepted,
      row.refused,
      (row.seconds * 1000).toFixed(0),
      row.megabytes.toFixed(0),
      row.faults,
    ].map(String),
  );
  const total = (key: 'accepted' | 'refused' | 'faults') => used.reduce((sum, [, row]) => sum + row[key], 0);
  const all = total('accepted') + total('refused');
  lines.push(['all', '', `${all}`, `${total('accepted')}`, `${total('refused')}`, '', '', `${total('faults')}`]);
  const bar = ['---', '---', '---:', '---:', '---:', '---:', '---:', '---:'];
  const table = [header, bar, ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
  process.stdout.write(`\n${table}\n`);
  if (total('faults') > 0) process.exitCode = 1;
}

await main();
