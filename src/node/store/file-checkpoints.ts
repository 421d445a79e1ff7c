import { readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { CheckpointStore, KeptCheckpoint } from '../../experiments/checkpoint-store.js';
import { decodeCheckpoint, encodeCheckpoint } from './checkpoint-format.js';
import { asideName, type WriteBytes, writeDurably } from './durably.js';
import { checkpointNamed, layout } from './layout.js';
import { makeFolder } from './make-folder.js';
import { storeTrouble } from './trouble.js';

/**
 * Checkpoints of a store as plain files, one per cell and fence, each written aside, flushed and renamed. One that is not whole, that
 * is another cell's, or that another version wrote, is ignored: its cell starts again.
 */
export class FileCheckpoints implements CheckpointStore {
  readonly #folder: string;
  readonly #write: WriteBytes;

  /** @param folder a store that `FileStore.open` has opened */
  constructor(folder: string, write: WriteBytes = writeDurably) {
    this.#folder = folder;
    this.#write = write;
  }

  async readCheckpoint(id: string, fence = 1): Promise<KeptCheckpoint | undefined> {
    for (const at of await this.#fencesOf(id, fence)) {
      const read = await this.#read(id, at);
      if (read !== undefined && 'kept' in read && read.kept !== undefined) return read.kept;
    }
    return undefined;
  }

  /** What is wrong with a cell's checkpoints, as a sentence; null when they are whole, of another version, or absent. */
  async checkCheckpoint(id: string): Promise<string | null> {
    for (const at of await this.#fencesOf(id, Number.POSITIVE_INFINITY)) {
      const read = await this.#read(id, at);
      if (read !== undefined && 'wrong' in read) return read.wrong;
    }
    return null;
  }

  /** Fences that a cell has checkpoints of, up to one, falling. */
  async #fencesOf(id: string, most: number): Promise<number[]> {
    // Where processes share a store, its list of names is asked, which hardly any file system remembers.
    if (most === 1) return [1];
    const names = await readdir(layout.checkpoints(this.#folder)).catch(() => []);
    const fences = names.flatMap((name) => {
      const named = checkpointNamed(name);
      return named?.id === id && named.fence <= most ? [named.fence] : [];
    });
    return fences.sort((a, b) => b - a);
  }

  async #read(
    id: string,
    fence: number,
  ): Promise<{ kept: KeptCheckpoint | undefined } | { wrong: string } | undefined> {
    const path = layout.checkpoint(this.#folder, id, fence);
    let bytes: Uint8Array;
    try {
      bytes = await readFile(path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw storeTrouble(error, `cannot read ${path}`);
    }
    try {
      return { kept: decodeCheckpoint(bytes, { path, cell: id }) };
    } catch (error) {
      return { wrong: (error as Error).message };
    }
  }

  /** @throws InputError when it cannot be written */
  async writeCheckpoint(id: string, kept: KeptCheckpoint, fence = 1): Promise<void> {
    const path = layout.checkpoint(this.#folder, id, fence);
    const aside = join(layout.aside(this.#folder), asideName());
    try {
      await makeFolder(dirname(path));
      await makeFolder(layout.aside(this.#folder));
      await this.#write(aside, encodeCheckpoint(kept, id));
      await rename(aside, path);
    } catch (error) {
      await rm(aside, { force: true }).catch(() => {});
      throw storeTrouble(error, `a checkpoint could not be written to ${path}`);
    }
  }

  async dropCheckpoint(id: string, fence = 1): Promise<void> {
    for (const at of await this.#fencesOf(id, fence)) {
      await rm(layout.checkpoint(this.#folder, id, at), { force: true });
    }
  }
}
