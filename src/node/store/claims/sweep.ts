import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { layout } from '../layout.js';
import { hasEnded, readWorker } from './worker-file.js';

const namesIn = (folder: string): Promise<string[]> => readdir(folder).catch(() => []);

/**
 * Removes what workers that have ended left: their files, and claims and failures of what is finished by now.
 *
 * @param now by the clock of the file system, in milliseconds
 */
export async function sweep(store: string, now: number): Promise<void> {
  for (const worker of await workersIn(store)) {
    const seen = await readWorker(store, worker);
    if (seen.kind === 'seen' && !hasEnded(seen, now)) continue;
    if (seen.kind === 'unreadable') continue;
    await rm(layout.token(store, worker), { force: true });
    await rm(layout.worker(store, worker), { force: true });
  }
  const shards = new Map<string, Promise<Set<string>>>();
  const isFinished = async (id: string): Promise<boolean> => {
    const shard = id.slice(0, 2);
    let names = shards.get(shard);
    if (names === undefined) {
      names = Promise.all([
        namesIn(join(layout.cells(store), shard)),
        namesIn(join(layout.measurements(store), shard)),
      ]).then(([cells, measurements]) => new Set([...cells, ...measurements]));
      shards.set(shard, names);
    }
    const found = await names;
    return found.has(id) || found.has(`${id}.json`);
  };
  for (const [folder, pattern] of [
    [layout.claims(store), /^([0-9a-f]{64})\.\d+$/],
    [layout.failures(store), /^([0-9a-f]{64})\.json$/],
  ] as const) {
    for (const name of await namesIn(folder)) {
      const id = pattern.exec(name)?.[1];
      if (id !== undefined && (await isFinished(id))) await rm(join(folder, name), { force: true });
    }
  }
}

/** Names of all workers that have a file, or left something. */
export async function workersIn(store: string): Promise<string[]> {
  const names = await namesIn(layout.workers(store));
  return [...new Set(names.flatMap((name) => /^(.+)\.(?:json|token)$/.exec(name)?.[1] ?? []))].sort();
}
