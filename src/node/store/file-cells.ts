import { existsSync } from 'node:fs';
import { readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readCellSummary } from '../../experiments/cell-schema.js';
import { type CellSpecification, cellId } from '../../experiments/cell-specification.js';
import { DamageError } from '../../experiments/damage.js';
import { cellDigests } from '../../experiments/digest.js';
import type { CellDigests, CellStore, CellSummary, FinishedCell } from '../../experiments/store.js';
import { InputError } from '../../networks/errors.js';
import type { History } from '../../training/types.js';
import { decodeHistory } from '../formats/history.js';
import { decodeSafetensors, type StoredTensor } from '../formats/safetensors.js';
import { contentOf, filesOf, floatsOf, readNumber, snapshotsOf, writeNumber } from './cell-content.js';
import { asideName, sha256, syncFolder, type WriteBytes, writeDurably } from './durably.js';
import { cellFiles, formats, layout, STORE_FORMAT } from './layout.js';
import { makeFolder } from './make-folder.js';
import { openSealed, seal } from './sealed-json.js';
import { laterFormat, storeTrouble } from './trouble.js';
import { readVisible } from './visible.js';

interface CellFile {
  /** Bytes and SHA-256 of every other file. */
  readonly files: Readonly<Record<string, { readonly bytes: number; readonly sha256: string }>>;
  /** In format 1, SHA-256 of `cell` as it is written here; from format 2 on, of the whole file. */
  readonly sha256: string;
  readonly cell: CellSummary;
}

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
    const opened = openSealed<CellFile>(bytes, { ...formats, reviver: readNumber });
    if (opened.kind === 'later') throw laterFormat(path, opened.format);
    if (opened.kind === 'damaged') throw damaged(opened.what);
    const { cell: said, files, sha256: stated } = opened.fields;
    if (opened.kind === 'unsealed' && sha256(Buffer.from(JSON.stringify(said, writeNumber) ?? '')) !== stated) {
      throw damaged('the SHA-256 of its content is not the one that it states');
    }
    if (said === undefined || stated === undefined || !isListing(files)) throw damaged('expected a cell’s summary');
    const read = readCellSummary(said);
    if ('wrong' in read) throw damaged(read.wrong);
    const cell = read.summary;
    if (cell.id !== id) throw damaged(`it is of cell ${cell.id}`);
    const named = nameOf(cell.specification);
    if (named !== id) throw damaged(`its specification is that of ${named === null ? 'no cell' : `cell ${named}`}`);
    const expected = filesOf(cell);
    const listed = Object.keys(files);
    if (listed.length !== expected.length || expected.some((name) => files[name] === undefined)) {
      throw damaged(`it lists the files ${listed.join(', ')}; a cell like this has ${expected.join(', ')}`);
    }
    return { cell, files, sha256: stated };
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
    if (bytes.length !== expected.bytes) throw damaged(`expected ${expected.bytes} bytes, found ${bytes.length}`);
    const found = sha256(bytes);
    if (found !== expected.sha256) throw damaged(`expected SHA-256 ${expected.sha256}, found ${found}`);
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
    return this.#history(await this.#readCellFile(id));
  }

  async #history(file: CellFile): Promise<History> {
    return decodeHistory(
      await this.#readChecked(file, cellFiles.history),
      join(this.#path(file.cell.id), cellFiles.history),
    );
  }

  async read(id: string): Promise<FinishedCell> {
    const file = await this.#readCellFile(id);
    const tensors = async (name: string): Promise<ReadonlyMap<string, StoredTensor>> =>
      file.files[name] === undefined
        ? new Map()
        : decodeSafetensors(await this.#readChecked(file, name), join(this.#path(id), name));
    const mask = file.cell.digests.mask === null ? null : await tensors(cellFiles.mask);
    return {
      ...file.cell,
      history: await this.#history(file),
      mask: mask && new Map([...mask].map(([name, { values }]) => [name, values as Uint8Array])),
      finalWeights: floatsOf(await tensors(cellFiles.weights)),
      earlyStopWeights: floatsOf(await tensors(cellFiles.earlyStop)),
      snapshots: snapshotsOf(await tensors(cellFiles.snapshots)),
    };
  }

  async write(cell: FinishedCell): Promise<void> {
    const place = this.#path(cell.id);
    if (await this.#isWhole(cell.id)) return;
    const aside = join(layout.aside(this.#folder), asideName());
    try {
      await makeFolder(aside);
      const files: Record<string, { bytes: number; sha256: string }> = {};
      for (const [name, bytes] of contentOf(cell)) {
        await this.#write(join(aside, name), bytes);
        files[name] = { bytes: bytes.length, sha256: sha256(bytes) };
      }
      const { history, mask, finalWeights, earlyStopWeights, snapshots, ...summary } = cell;
      const sealed = seal({ format: STORE_FORMAT, files, cell: summary }, { replacer: writeNumber, indent: 1 });
      await this.#write(join(aside, cellFiles.summary), sealed);
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
      const differing = differingDigests(file.cell.digests, cellDigests(file.cell, await this.read(id)));
      if (differing.length === 0) return [];
      return [`${this.#path(id)} is damaged: its ${differing.join(', ')} are not what the summary’s digests say.`];
    } catch (error) {
      return [(error as Error).message];
    }
  }
}

/** Whether a value lists files with their sizes and digests. */
function isListing(value: unknown): value is CellFile['files'] {
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).every(
    (file) =>
      Number.isSafeInteger(file?.bytes) && typeof file.sha256 === 'string' && /^[0-9a-f]{64}$/.test(file.sha256),
  );
}

/** The name of the cell that a specification describes; null where what was read is none. */
function nameOf(specification: CellSpecification): string | null {
  try {
    return cellId(specification);
  } catch {
    return null;
  }
}

/** Names of the parts whose digests differ; `figures` where only those of the summary do. */
function differingDigests(stated: CellDigests, found: CellDigests): string[] {
  const parts = ['history', 'finalWeights', 'earlyStopWeights', 'mask'] as const;
  const names: string[] = parts.filter((part) => stated[part] !== found[part]);
  const iterations = new Set([...Object.keys(stated.snapshots), ...Object.keys(found.snapshots)]);
  if ([...iterations].some((at) => stated.snapshots[at] !== found.snapshots[at])) names.push('snapshots');
  return names.length === 0 && stated.cell !== found.cell ? ['figures'] : names;
}

async function refuse(id: string): Promise<never> {
  throw new InputError(`what lies in the place of cell ${id} is damaged, and cannot be moved.`);
}
