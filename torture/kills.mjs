// Kills commands at random moments and has them resume, until they end by themselves.
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { digestsOf, lottery, pause } from './command.mjs';
import { finishedIn, leftIn, lostSince } from './store.mjs';

const small = [
  ...['network.hidden=[20]', 'data.train=400', 'data.test=100', 'data.validation=100'],
  ...['iterations=300', 'evaluateEvery=100'],
].flatMap((setting) => ['--set', setting]);
const long = ['network.hidden=[20]', 'data.train=400', 'data.test=100', 'data.validation=100', 'evaluateEvery=2000'];

/** Commands that are killed, each with a name and the share of kills that it gets. */
const victims = [
  {
    name: 'long cells',
    share: 0.35,
    words: ['run', 'quickstart', ...long.flatMap((setting) => ['--set', setting])].concat([
      '--set',
      'iterations=20000',
      '--trials',
      '1',
      '--levels',
      '2',
      '--checkpoint',
      '0.1',
      '--no-report',
    ]),
    inCheckpoints: true,
  },
  { name: 'runs', share: 0.3, words: ['run', 'quickstart', ...small, '--trials', '2', '--levels', '3', '--no-report'] },
  { name: 'reports', share: 0.15, words: ['run', 'quickstart', ...small, '--trials', '1', '--levels', '2'] },
  {
    name: 'studies',
    share: 0.2,
    words: ['study', 'stability', 'quickstart', ...small, '--trials', '2', '--densities', '0.5', '--rewinds', '0,100'],
  },
];

/** When a checkpoint that is newer than the last one seen lies there, and a while more has passed. */
function afterCheckpoint(store, random, seen) {
  return async (isOver) => {
    for (;;) {
      if (isOver()) return;
      const newest = newestCheckpoint(store);
      if (newest > seen.at) {
        seen.at = newest;
        break;
      }
      await pause(10);
    }
    await pause(random.between(0, 250));
  };
}

function newestCheckpoint(store) {
  try {
    const folder = join(store, 'checkpoints');
    const times = readdirSync(folder).map(
      (name) => statSync(join(folder, name), { throwIfNoEntry: false })?.mtimeMs ?? 0,
    );
    return Math.max(0, ...times);
  } catch {
    return 0;
  }
}

/**
 * Kills one kind of command so many times.
 *
 * @param {{ kills: number, folder: string, random: ReturnType<typeof import('./random.mjs').randomFrom>, deadline: number, say: (text: string) => void }} how
 */
async function torment({ name, words, inCheckpoints }, { kills, folder, random, deadline, say }) {
  mkdirSync(folder, { recursive: true });
  const at = (store) => [...words, '--store', store];
  const began = performance.now();
  const straight = await lottery(at('straight'), folder);
  const whole = performance.now() - began;
  const expected = digestsOf(straight);
  const problems = [];
  if (straight.code !== 0 || expected.length === 0) problems.push(`${name}: the command fails: ${straight.err}`);
  const counts = { kills: 0, withCheckpoint: 0, resumed: 0, completed: 0 };
  while (counts.kills < kills && problems.length === 0 && performance.now() < deadline) {
    const store = join(folder, 'store');
    const seen = { at: 0 };
    for (let isOver = false; !isOver; ) {
      const before = finishedIn(store);
      const isLast = counts.kills >= kills || performance.now() > deadline;
      const moment = inCheckpoints
        ? afterCheckpoint(store, random, seen)
        : async () => pause(random.between(0, 1.1 * whole));
      const life = await lottery(at('store'), folder, isLast ? undefined : moment);
      const lost = lostSince(before, store);
      if (lost.length > 0) problems.push(`${name}: ${lost.join(', ')} lost or changed`);
      if (/resumes at iteration/.test(life.out)) counts.resumed++;
      if (life.killed) {
        counts.kills++;
        if (newestCheckpoint(store) > 0) counts.withCheckpoint++;
        continue;
      }
      isOver = true;
      if (life.code !== 0) problems.push(`${name}: ended with code ${life.code}: ${life.err}`);
      if (digestsOf(life).join() !== expected.join()) problems.push(`${name}: other digests than without kills`);
    }
    counts.completed++;
    // What the last kill left is cleared by the next command that writes.
    const verified = await lottery(['verify', '--all', '--store', 'store'], folder);
    if (verified.code !== 0) problems.push(`${name}: verify says: ${verified.err}`);
    const left = leftIn(store);
    if (left.length > 0) problems.push(`${name}: left over: ${left.join(', ')}`);
    if (problems.length === 0) rmSync(store, { recursive: true, force: true });
    say(`${name}: ${counts.kills} kills, ${counts.completed} times to the end`);
  }
  return { name, ...counts, problems };
}

/** Kills commands of every kind, each in its share. */
export async function killCommands({ kills, folder, random, deadline, say }) {
  const results = [];
  for (const victim of victims) {
    const own = Math.round(kills * victim.share);
    results.push(
      await torment(victim, {
        kills: own,
        folder: join(folder, victim.name.replaceAll(' ', '-')),
        random,
        deadline,
        say,
      }),
    );
  }
  return results;
}
