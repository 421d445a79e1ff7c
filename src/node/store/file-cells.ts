import { existsSync } from 'node:fs';
import { readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DamageError } from '../../experiments/damage.js';
import {
  type CellFile,
  decodeCell,
  differingParts,
  encodeCell,
  readCellFile,
  wrongWithFile,
} from '../../experiments/files/cell-file.js';
import { decodeHistory } from '../../experiments/files/history.js';
import type { CellStore, CellSummary, FinishedCell } from '../../experiments/store.js';
import { InputError } from '../../networks/errors.js';
import type { History } from '../../training/types.js';
import { asideName, syncFolder, type WriteBytes, writeDurably } from './durably.js';
import { cellFiles, layout } from './layout.js';
import { makeFolder } from './make-folder.js';
import { laterFormat, storeTrouble } from './trouble.js';
import { readVisible } from './visible.js';

/**
 * Cells as plain files. A cell is written aside, flushed to the disk and renamed into place, and never changed after: it
 * is there whole or not at all, whatever is killed when. What is read is checked to be what the cell's name says.
 */
export class FileCells implements CellStore {
  readonly #folder: string;
  readonly #write: WriteBytes;
  readonly #setAside: (id: string) => Promise<unknown>;

  /**
   * @param folder a store that `FileStore.open` has opened
   * @param setAside moves what lies in a cell's place out of the way
   */
  constructor(folder: string, write: WriteBytes = writeDurably, setAside: (id: string) => Promise<unknown> = refuse) {
    this.#folder = folder;
    this.#write = write;
    this.#setAside = setAside;
  }

  #path(id: string): string {
    return layout.cell(this.#folder, id);
  }

  /** Whether something lies in the cell's place; reading tells whether it is whole. */
  async has(id: string): Promise<boolean> {
    return existsSync(this.#path(id));
  }

  /** Names of all cells. */
  async list(): Promise<string[]> {
    const ids: string[] = [];
    for (const part of await readdir(layout.cells(this.#folder)).catch(() => [])) {
      ids.push(...(await readdir(join(layout.cells(this.#folder), part)).catch(() => [])));
    }
    return ids.filter((id) => /^[0-9a-f]{64}$/.test(id)).sort();
  }

  /**
   * The cell whose name begins so.
   *
   * @returns its name; null when there is none
   * @throws InputError when there are several
   */
  async find(prefix: string): Promise<string | null> {
    if (!/^[0-9a-f]{4,64}$/.test(prefix)) return null;
    const fitting = (await this.list()).filter((id) => id.startsWith(prefix));
    if (fitting.length > 1) {
      throw new InputError(
        `${fitting.length} cells begin with ${prefix}; give more digits, such as ${fitting[0].slice(0, 16)}.`,
      );
    }
    return fitting[0] ?? null;
  }

  /** @throws DamageError when it is not whole, or not this cell's; InputError when there is none */
  async #readCellFile(id: string): Promise<CellFile> {
    const place = this.#path(id);
    const path = join(place, cellFiles.summary);
    const damaged = (what: string) => new DamageError(`${path} is damaged: ${what}.`, { kind: 'cell', name: id });
    let bytes: Uint8Array;
    try {
      bytes = await readVisible(path, place);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT' && !existsSync(place)) {
        throw new InputError(`cell ${id} is not in the store ${this.#folder}.`);
      }
      if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR') throw damaged('it is missing');
      throw storeTrouble(error, `cannot read ${path}`);
    }
    const read = readCellFile(bytes, id);
    if (read.kind === 'later') throw laterFormat(path, read.format);
    if (read.kind === 'damaged') throw damaged(read.what);
    return read.content;
  }

  /** A file's bytes, checked against the size and digest that the summary records. */
  async #readChecked(file: CellFile, name: string): Promise<Uint8Array> {
    const path = join(this.#path(file.cell.id), name);
    const expected = file.files[name];
    const damaged = (what: string) =>
      new DamageError(`${path} is damaged: ${what}.`, { kind: 'cell', name: file.cell.id });
    let bytes: Uint8Array;
    try {
      bytes = await readFile(path);
    } catch (error) {
      if (['ENOENT', 'EISDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) throw damaged('it is missing');
      throw storeTrouble(error, `cannot read ${path}`);
    }
    const wrong = wrongWithFile(bytes, expected);
    if (wrong !== null) throw damaged(wrong);
    return bytes;
  }

  async readSummary(id: string): Promise<CellSummary> {
    const { cell, files } = await this.#readCellFile(id);
    // Sizes tell most of what is wrong at no cost; contents are checked when they are read.
    for (const [name, { bytes }] of Object.entries(files)) {
      const path = join(this.#path(id), name);
      const found = await stat(path).catch(() => null);
      if (found?.size !== bytes) {
        const what = found === null ? 'it is missing' : `expected ${bytes} bytes, found ${found.size}`;
        throw new DamageError(`${path} is damaged: ${what}.`, { kind: 'cell', name: id });
      }
    }
    return cell;
  }

  async readHistory(id: string): Promise<History> {
    const bytes = await this.#readChecked(await this.#readCellFile(id), cellFiles.history);
    return decodeHistory(bytes, join(this.#path(id), cellFiles.history));
  }

  async read(id: string): Promise<FinishedCell> {
    const file = await this.#readCellFile(id);
    return decodeCell(
      file,
      (name) => this.#readChecked(file, name),
      (name) => join(this.#path(id), name),
    );
  }

  async write(cell: FinishedCell): Promise<void> {
    const place = this.#path(cell.id);
    if (await this.#isWhole(cell.id)) return;
    const aside = join(layout.aside(this.#folder), asideName());
    try {
      await makeFolder(aside);
      for (const [name, bytes] of encodeCell(cell)) await this.#write(join(aside, name), bytes);
      await syncFolder(aside);
      await makeFolder(dirname(place));
      // What lies there and is not whole would be in the way for ever.
      if (existsSync(place) && !(await this.#isWhole(cell.id))) await this.#setAside(cell.id);
      await rename(aside, place);
      await syncFolder(dirname(place));
    } catch (error) {
      await rm(aside, { recursive: true, force: true }).catch(() => {});
      // Another process may have finished the same cell meanwhile: it holds the same bits.
      if (await this.#isWhole(cell.id)) return;
      throw storeTrouble(error, `cell ${cell.id.slice(0, 12)} could not be written to ${this.#folder}`);
    }
  }

  async #isWhole(id: string): Promise<boolean> {
    if (!(await this.has(id))) return false;
    return this.readSummary(id).then(
      () => true,
      () => false,
    );
  }

  async check(id: string): Promise<readonly string[]> {
    const troubles: string[] = [];
    let file: CellFile;
    try {
      file = await this.#readCellFile(id);
    } catch (error) {
      return [(error as Error).message];
    }
    for (const name of Object.keys(file.files)) {
      await this.#readChecked(file, name).catch((error: Error) => troubles.push(error.message));
    }
    if (troubles.length > 0) return troubles;
    try {
      const differing = differingParts(await this.read(id));
      if (differing.length === 0) return [];
      return [`${this.#path(id)} is damaged: its ${differing.join(', ')} are not what the summary’s digests say.`];
    } catch (error) {
      return [(error as Error).message];
    }
  }
}

async function refuse(id: string): Promise<never> {
  throw new InputError(`what lies in the place of cell ${id} is damaged, and cannot be moved.`);
}
