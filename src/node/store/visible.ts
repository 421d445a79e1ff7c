import { existsSync } from 'node:fs';
import { readdir, readFile, utimes } from 'node:fs/promises';
import { basename, dirname } from 'node:path';

/**
 * What another machine has just written, through a file system that remembers for a while that it was not there, as NFS does for up to
 * a minute: the folder's list has the name, and the name cannot be opened.
 */

/** Milliseconds for which a name that is listed may be invisible, and between two looks. */
const PATIENCE = 90_000;
const LOOK_EVERY = 500;

/** Changing a folder has a network's file system ask for its present state. */
export async function lookAnew(folder: string): Promise<void> {
  const time = new Date();
  await utimes(folder, time, time).catch(() => {});
}

/** Whether a folder's list has a name, whatever is remembered of the name itself. */
export async function isListed(path: string): Promise<boolean> {
  const names: readonly string[] = await readdir(dirname(path)).catch(() => []);
  return names.includes(basename(path));
}

/** Whether a file must be there by all lists, though it cannot be opened. */
async function isHidden(path: string, place: string): Promise<boolean> {
  if (!(await isListed(place))) return false;
  // A folder that can be seen and does not list the file lacks it: it is damaged.
  return place === path || !existsSync(place) || isListed(path);
}

/**
 * Reads a file; one that is listed and not visible yet is waited for.
 *
 * @param place what is listed: the file, or the folder in which it was put into its place
 * @throws the file system's error
 */
export async function readVisible(path: string, place: string): Promise<Uint8Array> {
  let since: number | null = null;
  for (;;) {
    try {
      return await readFile(path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      const now = performance.now();
      if (since === null) {
        await lookAnew(dirname(place));
        if (!(await isHidden(path, place))) throw error;
        since = now;
        process.stderr.write(
          `note: ${basename(place)} is in the store, and this machine cannot see it yet; waiting.\n`,
        );
      }
      if (now - since > PATIENCE) throw error;
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY));
    }
  }
}
