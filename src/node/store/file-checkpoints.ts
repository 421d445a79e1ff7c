import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { CheckpointStore, KeptCheckpoint } from '../../experiments/checkpoint-store.js';
import { decodeCheckpoint, encodeCheckpoint } from './checkpoint-format.js';
import { type WriteBytes, writeDurably } from './durably.js';
import { layout } from './layout.js';
import { storeTrouble } from './trouble.js';

/**
 * Checkpoints of a store as plain files, one per cell, each written aside, flushed and renamed. One that cannot be read, or
 * that another version wrote, is ignored: its cell starts again.
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
    const path = layout.checkpoint(this.#folder, id);
    try {
      return decodeCheckpoint(await readFile(path), path);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === undefined || code === 'ENOENT') return undefined;
      throw storeTrouble(error, `cannot read ${path}`);
    }
  }

  /** @throws InputError when it cannot be written */
  async writeCheckpoint(id: string, kept: KeptCheckpoint): Promise<void> {
    const path = layout.checkpoint(this.#folder, id);
    const aside = `${path}.${process.pid}-${randomBytes(4).toString('hex')}`;
    try {
      await mkdir(dirname(path), { recursive: true });
      await this.#write(aside, encodeCheckpoint(kept));
      await rename(aside, path);
    } catch (error) {
      await rm(aside, { force: true });
      throw storeTrouble(error, `a checkpoint could not be written to ${path}`);
    }
  }

  async dropCheckpoint(id: string): Promise<void> {
    await rm(layout.checkpoint(this.#folder, id), { force: true });
  }
}
