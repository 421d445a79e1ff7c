import { readdir, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { isAlive } from './durably.js';
import { checkpointNamed, layout } from './layout.js';
import { makeFolder } from './make-folder.js';

/** What processes that have ended left in a store. */

const entriesOf = (folder: string): Promise<string[]> => readdir(folder).catch(() => []);

/**
 * Removes what processes of this machine that have ended left half written, and checkpoints of cells that were finished
 * since.
 *
 * @param has whether a cell is finished
 */
export async function clearLeftovers(store: string, has: (id: string) => Promise<boolean>): Promise<void> {
  const aside = layout.aside(store);
  await makeFolder(aside);
  for (const name of await entriesOf(aside)) {
    const [host, pid] = name.split('~');
    if (host !== hostname() || isAlive(Number(pid))) continue;
    await rm(join(aside, name), { recursive: true, force: true });
  }
  const checkpoints = layout.checkpoints(store);
  for (const name of await entriesOf(checkpoints)) {
    const named = checkpointNamed(name);
    if (named !== null && (await has(named.id))) await rm(join(checkpoints, name), { force: true });
  }
}

/**
 * Removes what only format 1 had: checkpoints without a checksum, which are not resumed from, and records half written
 * beside those that they were to replace.
 */
export async function clearFormat1(store: string): Promise<void> {
  const checkpoints = layout.checkpoints(store);
  for (const name of await entriesOf(checkpoints)) {
    if (name.includes('.safetensors')) await rm(join(checkpoints, name), { force: true });
  }
  for (const kind of [layout.runs(store), layout.studies(store)]) {
    for (const folder of await entriesOf(kind)) {
      for (const name of await entriesOf(join(kind, folder))) {
        if (/\.\d+\.new$/.test(name)) await rm(join(kind, folder, name), { force: true });
      }
    }
  }
}
