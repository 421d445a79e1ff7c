// A store of very many cells, and how long it takes to list, plan and look at it.
import { mkdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lottery } from './command.mjs';

/** Trials, levels and controls of a run of so many cells, about: a trial has a dense network, and at 19 levels a ticket and 50 controls. */
const settingsOf = (cells) =>
  [
    ...['--trials', String(Math.max(1, Math.round(cells / 970))), '--levels', '20'],
    ...['controls.reinitialise=30', 'controls.randomMask=20', 'network.hidden=[20]', 'data.train=400', 'data.test=100'],
  ]
    .flatMap((word) => (/^[a-z]+\.[a-z]/i.test(word) ? ['--set', word] : [word]))
    .concat(['--set', 'data.validation=100', '--set', 'iterations=20', '--set', 'evaluateEvery=20']);

/**
 * Plans a run of so many cells, makes as many places for half of them as a store would have, and times what people ask of it. The cells
 * themselves are empty: nothing here reads one.
 *
 * @param {{ cells: number, folder: string, say: (text: string) => void }} how
 */
export async function timeLargeStore({ cells, folder, say }) {
  const problems = [];
  const store = join(folder, 'large');
  const run = ['run', 'quickstart', ...settingsOf(cells)];
  const timed = async (name, words) => {
    const began = performance.now();
    const ended = await lottery(words, folder);
    const seconds = (performance.now() - began) / 1000;
    if (ended.code !== 0) problems.push(`${name}: ended with code ${ended.code}: ${ended.err.slice(0, 500)}`);
    say(`${name}: ${seconds.toFixed(1)} s`);
    return { name, seconds, ended };
  };
  const planned = await timed('plan it', [...run, '--dry-run', '--store', store]);
  const whole = await lottery([...run, '--dry-run', '--json', '--store', store], folder);
  const all = JSON.parse(whole.out).cells.map(({ id }) => id);
  say(`${all.length} cells`);
  // A process that is killed as soon as it has begun leaves the record of all of them.
  const hasBegun = async (isOver) => {
    for (;;) {
      if (isOver() || (await lottery(['list', 'runs', '--store', store], folder)).out.includes('quickstart')) return;
    }
  };
  await lottery([...run, '--store', store, '--workers', '1'], folder, hasBegun);
  for (const id of all.slice(0, all.length / 2)) {
    const place = join(store, 'cells', id.slice(0, 2), id);
    mkdirSync(place, { recursive: true });
    await writeFile(join(place, 'cell.json'), '{}');
  }
  const times = [
    planned,
    await timed('plan what is left', [...run, '--dry-run', '--store', store]),
    await timed('status', ['status', 'quickstart', '--store', store]),
    await timed('status as JSON', ['status', '--json', '--store', store]),
    await timed('list runs', ['list', 'runs', '--store', store]),
  ];
  return { cells: all.length, times: times.map(({ name, seconds }) => ({ name, seconds })), problems };
}
