import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { networkOf } from '../../experiments/cell-specification.js';
import type { CellStore, CellSummary, FinishedCell } from '../../experiments/store.js';
import { InputError } from '../../networks/errors.js';
import { type Network, parametersOf, type Tensors } from '../../networks/network.js';
import type { History } from '../../training/types.js';
import { decodeHistory, encodeHistory } from '../formats/history.js';
import { decodeSafetensors, encodeSafetensors, type StoredTensor } from '../formats/safetensors.js';
import { asideName, sha256, syncFolder, type WriteBytes, writeDurably } from './durably.js';
import { cellFiles, layout, STORE_FORMAT } from './layout.js';
import { storeTrouble } from './trouble.js';

interface CellFile {
  readonly format: number;
  /** Bytes and SHA-256 of every other file. */
  readonly files: Readonly<Record<string, { readonly bytes: number; readonly sha256: string }>>;
  /** SHA-256 of `cell` as it is written here. */
  readonly sha256: string;
  readonly cell: CellSummary;
}

/** JSON has no word for NaN and the infinities, which a diverged cell's measurements may be. */
const writeNumber = (_key: string, value: unknown) =>
  typeof value === 'number' && !Number.isFinite(value) ? { number: String(value) } : value;

function readNumber(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('number' in value) || Object.keys(value).length !== 1)
    return value;
  return Number((value as { number: string }).number);
}

const shapesOf = (network: Network) => new Map(parametersOf(network).map(({ name, shape }) => [name, shape]));

function withShapes(values: Iterable<readonly [string, Float32Array | Uint8Array]>, network: Network, prefix = '') {
  const shapes = shapesOf(network);
  return [...values].map(([name, array]): [string, StoredTensor] => [
    prefix + name,
    { shape: shapes.get(name) ?? [array.length], values: array },
  ]);
}

const floatsOf = (tensors: Iterable<readonly [string, StoredTensor]>): Tensors =>
  new Map([...tensors].map(([name, { values }]) => [name, values as Float32Array]));

/**
 * Cells as plain files. A cell is written aside, flushed to the disk and renamed into place, and never changed after: it
 * is there whole or not at all, whatever is killed when.
 */
export class FileCells implements CellStore {
  readonly #folder: string;
  readonly #write: WriteBytes;

  /** @param folder a store that `FileStore.open` has opened */
  constructor(folder: string, write: WriteBytes = writeDurably) {
    this.#folder = folder;
    this.#write = write;
  }

  #path(id: string): string {
    return layout.cell(this.#folder, id);
  }

  async has(id: string): Promise<boolean> {
    return existsSync(join(this.#path(id), cellFiles.summary));
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

  async #readCellFile(id: string): Promise<CellFile> {
    const path = join(this.#path(id), cellFiles.summary);
    const remedy = `Delete the folder ${dirname(path)} and repeat the run's command to train it again.`;
    let text: string;
    try {
      text = await readFile(path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
        throw new InputError(`cell ${id} is not in the store ${this.#folder}.`);
      }
      throw storeTrouble(error, `cannot read ${path}`);
    }
    let file: CellFile;
    try {
      file = JSON.parse(text, readNumber) as CellFile;
      if (file.format > STORE_FORMAT) {
        throw new InputError(
          `${path} has format ${file.format}; this version of lottery-lab knows ${STORE_FORMAT}. Update lottery-lab.`,
        );
      }
      const found = sha256(Buffer.from(JSON.stringify(file.cell, writeNumber)));
      if (found !== file.sha256) {
        throw new InputError(
          `${path} is corrupt: expected SHA-256 ${file.sha256} of its content, found ${found}. ${remedy}`,
        );
      }
    } catch (error) {
      if (error instanceof InputError) throw error;
      throw new InputError(`${path} is corrupt: expected a cell's summary as JSON. ${remedy}`);
    }
    if (file.cell.id !== id) throw new InputError(`${path} is corrupt: it says it is cell ${file.cell.id}. ${remedy}`);
    return file;
  }

  /** A file's bytes, checked against the size and digest that the summary records. */
  async #readChecked(file: CellFile, name: string): Promise<Uint8Array> {
    const path = join(this.#path(file.cell.id), name);
    const expected = file.files[name];
    const remedy = `Delete the folder ${dirname(path)} and repeat the run's command to train it again.`;
    let bytes: Uint8Array;
    try {
      bytes = await readFile(path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new InputError(`${path} is missing. ${remedy}`);
      throw storeTrouble(error, `cannot read ${path}`);
    }
    const found = sha256(bytes);
    if (bytes.length !== expected?.bytes || found !== expected.sha256) {
      throw new InputError(
        `${path} is corrupt: expected ${expected?.bytes} bytes with SHA-256 ${expected?.sha256}, found ${bytes.length} with ${found}. ${remedy}`,
      );
    }
    return bytes;
  }

  async readSummary(id: string): Promise<CellSummary> {
    return (await this.#readCellFile(id)).cell;
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
    const tensors = async (name: string) =>
      decodeSafetensors(await this.#readChecked(file, name), join(this.#path(id), name));
    const mask = file.files[cellFiles.mask] === undefined ? null : await tensors(cellFiles.mask);
    const snapshots = new Map<number, Map<string, Float32Array>>();
    if (file.files[cellFiles.snapshots]) {
      for (const [name, { values }] of await tensors(cellFiles.snapshots)) {
        const slash = name.indexOf('/');
        const iteration = Number(name.slice(0, slash));
        if (!snapshots.has(iteration)) snapshots.set(iteration, new Map());
        snapshots.get(iteration)?.set(name.slice(slash + 1), values as Float32Array);
      }
    }
    return {
      ...file.cell,
      history: await this.#history(file),
      mask: mask && new Map([...mask].map(([name, { values }]) => [name, values as Uint8Array])),
      finalWeights: floatsOf(await tensors(cellFiles.weights)),
      earlyStopWeights: floatsOf(await tensors(cellFiles.earlyStop)),
      snapshots,
    };
  }

  async write(cell: FinishedCell): Promise<void> {
    const place = this.#path(cell.id);
    if (await this.has(cell.id)) return;
    const aside = join(layout.aside(this.#folder), asideName());
    try {
      await mkdir(aside, { recursive: true });
      const files: Record<string, { bytes: number; sha256: string }> = {};
      for (const [name, bytes] of contentOf(cell)) {
        await this.#write(join(aside, name), bytes);
        files[name] = { bytes: bytes.length, sha256: sha256(bytes) };
      }
      const { history, mask, finalWeights, earlyStopWeights, snapshots, ...summary } = cell;
      const text = JSON.stringify(summary, writeNumber);
      const head = { format: STORE_FORMAT, files, sha256: sha256(Buffer.from(text)), cell: JSON.parse(text) };
      await this.#write(join(aside, cellFiles.summary), Buffer.from(`${JSON.stringify(head, null, 1)}\n`));
      await syncFolder(aside);
      await mkdir(dirname(place), { recursive: true });
      await rename(aside, place);
      await syncFolder(dirname(place));
    } catch (error) {
      await rm(aside, { recursive: true, force: true }).catch(() => {});
      // Another process may have finished the same cell meanwhile: it holds the same bits.
      if (await this.has(cell.id)) return;
      throw storeTrouble(error, `cell ${cell.id.slice(0, 12)} could not be written to ${this.#folder}`);
    }
  }

  async check(id: string): Promise<readonly string[]> {
    const troubles: string[] = [];
    try {
      const file = await this.#readCellFile(id);
      for (const name of Object.keys(file.files)) {
        await this.#readChecked(file, name).catch((error: Error) => troubles.push(error.message));
      }
    } catch (error) {
      troubles.push((error as Error).message);
    }
    return troubles;
  }
}

/** The files of a cell but its summary. */
function contentOf(cell: FinishedCell): [string, Uint8Array][] {
  const network = networkOf(cell.specification);
  const encode = (tensors: Iterable<readonly [string, Float32Array | Uint8Array]>) =>
    encodeSafetensors(new Map(withShapes(tensors, network)));
  const content: [string, Uint8Array][] = [
    [cellFiles.history, encodeHistory(cell.history)],
    [cellFiles.weights, encode(cell.finalWeights)],
    [cellFiles.earlyStop, encode(cell.earlyStopWeights)],
  ];
  if (cell.mask) content.push([cellFiles.mask, encode(cell.mask)]);
  if (cell.snapshots.size > 0) {
    const all = [...cell.snapshots].flatMap(([iteration, tensors]) => withShapes(tensors, network, `${iteration}/`));
    content.push([cellFiles.snapshots, encodeSafetensors(new Map(all))]);
  }
  return content;
}
