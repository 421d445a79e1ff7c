import { readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { CheckpointStore, KeptCheckpoint } from '../../experiments/checkpoint-store.js';
import { decodeCheckpoint, encodeCheckpoint } from './checkpoint-format.js';
import { asideName, type WriteBytes, writeDurably } from './durably.js';
import { layout } from './layout.js';
import { makeFolder } from './make-folder.js';
import { storeTrouble } from './trouble.js';

/**
 * Checkpoints of a store as plain files, one per cell, each written aside, flushed and renamed. One that is not whole, that
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

  async readCheckpoint(id: string): Promise<KeptCheckpoint | undefined> {
    const read = await this.#read(id);
    return read === undefined || 'wrong' in read ? undefined : read.kept;
  }

  /** What is wrong with a checkpoint, as a sentence; null when it is whole, of another version, or absent. */
  async checkCheckpoint(id: string): Promise<string | null> {
    const read = await this.#read(id);
    return read !== undefined && 'wrong' in read ? read.wrong : null;
  }

  async #read(id: string): Promise<{ kept: KeptCheckpoint | undefined } | { wrong: string } | undefined> {
    const path = layout.checkpoint(this.#folder, id);
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
  async writeCheckpoint(id: string, kept: KeptCheckpoint): Promise<void> {
    const path = layout.checkpoint(this.#folder, id);
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

  async dropCheckpoint(id: string): Promise<void> {
    await rm(layout.checkpoint(this.#folder, id), { force: true });
  }
}
