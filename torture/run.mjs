// Kills the command at random moments, alone or many at once on one store, and turns bits in its files: nothing finished may be
// lost, no digest may change, and every wrong bit must be found. `npm run torture -- --help` says how.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { flipBits } from './flips.mjs';
import { killCommands } from './kills.mjs';
import { timeLargeStore } from './large.mjs';
import { randomFrom } from './random.mjs';
import { shareStore } from './share.mjs';

const help = `Kills \`lottery\` with SIGKILL at random moments and has it resume, then turns single bits in every kind of file of a store.

  npm run torture                                    1,000 kills and 500 bits, at most 60 minutes
  npm run torture -- --kills 50 --flips 50           fewer
  npm run torture -- --minutes 10                    as many as there is time for
  npm run torture -- --seed 7                        other moments and places
  npm run torture -- --share 8 --minutes 10          only this: eight processes on one store, each killed again and again,
                                                     their clocks hours apart
  npm run torture -- --share 4 --through /x,/a,/b    the same where they see the folder /x by other paths, /a and /b: mounts of it
                                                     that remember names for a while, as a network's file systems do

  npm run torture -- --large 100000                  only this: a store of so many cells, and how long people wait for what they ask of it

Exit code 1: something was lost, changed, left over, or not noticed; the folder with it is kept and named.
`;

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '1000' },
    flips: { type: 'string', default: '500' },
    minutes: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
    share: { type: 'string', default: '0' },
    through: { type: 'string' },
    large: { type: 'string', default: '0' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  process.stdout.write(help);
  process.exit(0);
}

function whole(name, least) {
  const value = Number(values[name]);
  if (Number.isSafeInteger(value) && value >= least) return value;
  process.stderr.write(`--${name} is ${values[name]}; expected a whole number of at least ${least}.\n`);
  process.exit(2);
}

const share = whole('share', 0);
const large = whole('large', 0);
const isOther = share > 0 || large > 0;
const kills = isOther ? 0 : whole('kills', 0);
const flips = isOther ? 0 : whole('flips', 0);
const seed = whole('seed', 0);
const deadline = performance.now() + whole('minutes', 1) * 60_000;
const folder = mkdtempSync(join(tmpdir(), 'lottery-torture-'));
const began = performance.now();
const say = (text) =>
  process.stderr.write(`${((performance.now() - began) / 1000).toFixed(0).padStart(5)} s  ${text}\n`);

const problems = [];
say(`seed ${seed}, in ${folder}`);
// Bits first where there is little time: kills fill what is left.
const flipped = flips > 0 ? await flipBits({ flips, folder, random: randomFrom(seed), deadline, say }) : null;
const killed = kills > 0 ? await killCommands({ kills, folder, random: randomFrom(seed + 1), deadline, say }) : [];

const shared =
  share > 0
    ? await shareStore({
        processes: share,
        through: values.through?.split(',') ?? [folder],
        folder,
        random: randomFrom(seed),
        deadline,
        say,
      })
    : null;

if (large > 0) {
  const { cells, times, problems: own } = await timeLargeStore({ cells: large, folder, say });
  console.log(`\n| of a store of ${cells} cells | seconds |\n| --- | ---: |`);
  for (const { name, seconds } of times) console.log(`| ${name} | ${seconds.toFixed(1)} |`);
  problems.push(...own);
}
if (shared !== null) {
  const { processes, kills: count, completed, trained, twice } = shared;
  console.log(
    `\n| processes | kills | runs to the end | cells | trained twice |\n| ---: | ---: | ---: | ---: | ---: |\n| ${processes} | ${count} | ${completed} | ${trained} | ${twice} |`,
  );
  problems.push(...shared.problems);
}
if (killed.length > 0) {
  console.log(
    '\n| killed | kills | while a checkpoint lay there | resumed within a cell | to the end |\n| --- | ---: | ---: | ---: | ---: |',
  );
  for (const { name, kills: count, withCheckpoint, resumed, completed, problems: own } of killed) {
    console.log(`| ${name} | ${count} | ${withCheckpoint} | ${resumed} | ${completed} |`);
    problems.push(...own);
  }
}
if (flipped !== null) {
  console.log('\n| file | bits turned | found by verify | found by its reader |\n| --- | ---: | ---: | ---: |');
  for (const [kind, { flips: count, verified, read }] of flipped.kinds)
    console.log(`| ${kind} | ${count} | ${verified} | ${read} |`);
  problems.push(...flipped.problems);
}
console.log(
  problems.length === 0
    ? '\nNothing was lost, changed, left over or overlooked.'
    : `\n${problems.length} problems:\n${problems.join('\n')}`,
);
if (problems.length === 0) rmSync(folder, { recursive: true });
else console.log(`What was found lies in ${folder}.`);
process.exitCode = problems.length === 0 ? 0 : 1;
