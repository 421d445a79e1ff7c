import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { asideName } from './durably.js';

/**
 * Writes a file elsewhere on the same disk and moves it to its place, so that readers see the old or the new one, whole.
 *
 * @param aside folder of half-written files, which is cleared of those that a dead process left
 */
export async function replaceFile(path: string, content: string | Uint8Array, aside: string): Promise<void> {
  const half = join(aside, asideName());
  try {
    await writeFile(half, content);
    await rename(half, path);
  } catch (error) {
    await rm(half, { force: true });
    throw error;
  }
}
