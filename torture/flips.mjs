// Turns single bits in every kind of file of a store, and asks whether `lottery verify` and whatever reads the file notice.
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FileStore } from '../dist/node/store/index.js';
import { lottery, pause } from './command.mjs';
import { filesIn, kindOf } from './store.mjs';

const settings = [
  ...['network.hidden=[20]', 'data.train=400', 'data.test=100', 'data.validation=100'],
  ...['iterations=300', 'evaluateEvery=100', 'rewind=100'],
].flatMap((setting) => ['--set', setting]);

/** A store with a file of every kind in it, a checkpoint included. */
async function makeStore(folder) {
  const run = ['run', 'quickstart', ...settings, '--trials', '1', '--levels', '2', '--store', 'flips'];
  const made = await lottery(run, folder);
  if (made.code !== 0) throw new Error(made.err);
  const study = ['study', 'stability', 'quickstart', ...settings.slice(0, -2), '--trials', '2', '--densities', '0.5'];
  const studied = await lottery([...study, '--rewinds', '0,100', '--store', 'flips'], folder);
  if (studied.code !== 0) throw new Error(studied.err);
  const unfinished = ['run', 'quickstart', ...settings, '--set', 'iterations=300000', '--trials', '1', '--levels', '1'];
  await lottery([...unfinished, '--checkpoint', '0.1', '--store', 'flips', '--no-report'], folder, async () => {
    while (!filesIn(join(folder, 'flips')).some((file) => kindOf(file) === 'checkpoint')) await pause(10);
    await pause(300);
  });
  return join(folder, 'flips');
}

/** Reads a file as the program does. @returns whether it noticed that something is wrong */
async function notices(store, file) {
  const failed = (work) =>
    work.then(
      () => false,
      () => true,
    );
  const [part, , id] = file.split('/');
  if (file === 'store.json') return failed(FileStore.open(store));
  const files = await FileStore.open(store);
  switch (part) {
    case 'cells':
      return failed(files.read(id));
    case 'measurements':
      return failed(files.readMeasurement(id.replace(/\.json$/, '')));
    case 'checkpoints':
      return (await files.readCheckpoint(file.split('/')[1].replace(/\.checkpoint$/, ''))) === undefined;
    case 'runs':
    case 'studies': {
      const name = file.split('/')[1];
      const isRun = part === 'runs';
      if (/\/(run|study)\.json$/.test(file)) return failed(isRun ? files.readRun(name) : files.readStudy(name));
      return (await files.checkFiles({ kind: isRun ? 'run' : 'study', name }))?.length !== 0;
    }
    default:
      throw new Error(`nothing reads ${file}`);
  }
}

/** @param {{ flips: number, folder: string, random: ReturnType<typeof import('./random.mjs').randomFrom>, deadline: number, say: (text: string) => void }} how */
export async function flipBits({ flips, folder, random, deadline, say }) {
  const original = await makeStore(folder);
  const byKind = new Map();
  for (const file of filesIn(original)) {
    if (file.startsWith('tmp/')) continue;
    byKind.set(kindOf(file), [...(byKind.get(kindOf(file)) ?? []), file]);
  }
  const kinds = [...byKind.keys()].sort();
  const results = new Map(kinds.map((kind) => [kind, { flips: 0, verified: 0, read: 0 }]));
  const problems = [];
  let done = 0;
  const work = async (worker) => {
    const store = join(folder, `flipped-${worker}`);
    cpSync(original, store, { recursive: true });
    while (done < flips && performance.now() < deadline) {
      const number = done++;
      const kind = kinds[number % kinds.length];
      const files = byKind.get(kind);
      const file = files[random.below(files.length)];
      const path = join(store, file);
      const bytes = readFileSync(path);
      const place = random.below(bytes.length);
      const bit = random.below(8);
      const flipped = Buffer.from(bytes);
      flipped[place] ^= 1 << bit;
      writeFileSync(path, flipped);
      const verified = (await lottery(['verify', '--all', '--store', store], folder)).code === 1;
      const read = await notices(store, file);
      writeFileSync(path, bytes);
      const counts = results.get(kind);
      counts.flips++;
      if (verified) counts.verified++;
      if (read) counts.read++;
      if (!verified || !read) {
        problems.push(
          `bit ${bit} of byte ${place} of ${file}: ${verified ? '' : 'verify'} ${read ? '' : 'its reader'} did not notice`,
        );
      }
      if (done % 50 === 0) say(`flips: ${done} of ${flips}`);
    }
    const sound = await lottery(['verify', '--all', '--store', store], folder);
    if (sound.code !== 0) problems.push(`the store as it was is not found sound: ${sound.err}`);
    rmSync(store, { recursive: true });
  };
  await Promise.all([work(0), work(1)]);
  return { kinds: results, problems };
}
