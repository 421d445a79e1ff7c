// Many processes work on one store, are killed at random moments and started again, with clocks that are hours apart.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { digestsOf, lottery, pause } from './command.mjs';
import { filesIn, finishedIn, leftIn, lostSince } from './store.mjs';

/** What they work on: chains of tickets and their controls, cells of some tenths of a second. */
const settings = [
  ...['network.hidden=[40]', 'data.train=400', 'data.test=100', 'data.validation=100'],
  ...['iterations=4000', 'evaluateEvery=1000'],
].flatMap((setting) => ['--set', setting]);
const run = ['run', 'quickstart', ...settings, '--trials', '4', '--levels', '4', '--no-report'];
const checkpoints = ['--checkpoint', '0.1'];

/** Hours by which the clock of a process is wrong, one process after the other. */
const shifts = [0, 5, -3, 11, -26, 1, -1, 400];
const clock = fileURLToPath(new URL('clock.cjs', import.meta.url));

/** What no process may leave behind when everything is finished. */
const leftBehind = (store) => [
  ...leftIn(store),
  ...filesIn(store).filter((file) => /^(claims|workers|failures)\//.test(file)),
];

/**
 * Starts so many processes again and again until a run is finished, and that again until the time is over.
 *
 * @param {{ processes: number, through: readonly string[], folder: string, random: ReturnType<typeof import('./random.mjs').randomFrom>, deadline: number, say: (text: string) => void }} how
 *   through: paths to one and the same folder: the first is that by which it is looked at, the others those by which processes see it
 */
export async function shareStore({ processes, through, folder, random, deadline, say }) {
  const problems = [];
  const counts = { kills: 0, completed: 0, trained: 0, twice: 0 };
  const straight = await lottery([...run, '--store', join(folder, 'straight')], folder);
  const expected = digestsOf(straight);
  if (straight.code !== 0 || expected.length === 0) problems.push(`the command fails: ${straight.err}`);
  for (let time = 0; problems.length === 0 && performance.now() < deadline; time++) {
    const name = `shared-${time}`;
    const [real, ...others] = through.map((place) => join(place, name));
    const places = others.length > 0 ? others : [real];
    /** How often the output of any process says that a cell was trained. */
    const trained = new Map();
    let isFinished = false;
    const lives = async (place, shift) => {
      while (!isFinished && problems.length === 0) {
        const before = finishedIn(real);
        const isLast = performance.now() > deadline;
        const moment = isLast ? undefined : async () => pause(random.between(200, 6000));
        const wrong = shift === 0 ? {} : { NODE_OPTIONS: `--require ${clock}`, TORTURE_HOURS: `${shift}` };
        const words = [...run, ...checkpoints, '--workers', '1', '--store', place];
        const life = await lottery(words, folder, moment, wrong);
        for (const [, label] of life.out.matchAll(/^\[\d+\/\d+\] (.*): (?:test accuracy|diverged)/gm)) {
          trained.set(label, (trained.get(label) ?? 0) + 1);
        }
        const lost = lostSince(before, real);
        if (lost.length > 0) problems.push(`${lost.join(', ')} lost or changed`);
        if (life.killed) {
          counts.kills++;
          continue;
        }
        if (life.code !== 0) problems.push(`ended with code ${life.code}: ${life.err}`);
        else if (digestsOf(life).join() !== expected.join()) problems.push('another digest than that of one process');
        isFinished = true;
      }
    };
    await Promise.all(
      Array.from({ length: processes }, (_, index) =>
        lives(places[index % places.length], shifts[index % shifts.length]),
      ),
    );
    counts.completed++;
    counts.trained += trained.size;
    const again = [...trained].filter(([, times]) => times > 1);
    counts.twice += again.length;
    for (const [label, times] of again) problems.push(`${label} was trained ${times} times`);
    const checked = await lottery(['verify', '--all', '--store', real], folder);
    if (checked.code !== 0) problems.push(`verify says: ${checked.err}`);
    // What the last ones that were killed left is cleared by the next command that writes.
    await lottery([...run, '--store', real], folder);
    const left = leftBehind(real);
    if (left.length > 0) problems.push(`left over: ${left.join(', ')}`);
    if (problems.length === 0) rmSync(real, { recursive: true, force: true });
    say(
      `${processes} processes: ${counts.kills} kills, ${counts.completed} times to the end, ${counts.twice} of ${counts.trained} cells trained twice`,
    );
  }
  return { ...counts, processes, problems };
}
