import { existsSync } from 'node:fs';
import { readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DamageError } from '../../experiments/damage.js';
import { encodeMeasurement, readMeasurementFile } from '../../experiments/files/measurement-file.js';
import type { MeasurementSpecification, MeasurementStore } from '../../experiments/measurements/index.js';
import { InputError } from '../../networks/errors.js';
import { asideName, syncFolder, type WriteBytes, writeDurably } from './durably.js';
import { layout } from './layout.js';
import { makeFolder } from './make-folder.js';
import { laterFormat, storeTrouble } from './trouble.js';
import { readVisible } from './visible.js';

/**
 * Measurements of a store as plain files, one per measurement, each written aside, flushed and renamed into place. What is
 * read is checked to be what the measurement's name says.
 */
export class FileMeasurements implements MeasurementStore {
  readonly #folder: string;
  readonly #write: WriteBytes;

  /** @param folder a store that `FileStore.open` has opened */
  constructor(folder: string, write: WriteBytes = writeDurably) {
    this.#folder = folder;
    this.#write = write;
  }

  async hasMeasurement(id: string): Promise<boolean> {
    return existsSync(layout.measurement(this.#folder, id));
  }

  /** Names of all measurements, sorted. */
  async listMeasurements(): Promise<string[]> {
    const ids: string[] = [];
    for (const part of await readdir(layout.measurements(this.#folder)).catch(() => [])) {
      ids.push(...(await readdir(join(layout.measurements(this.#folder), part)).catch(() => [])));
    }
    return ids.flatMap((name) => /^([0-9a-f]{64})\.json$/.exec(name)?.[1] ?? []).sort();
  }

  /** @throws DamageError when it is not whole, or another one's; InputError when there is none */
  async readMeasurement(id: string): Promise<unknown> {
    const path = layout.measurement(this.#folder, id);
    const damaged = (what: string) =>
      new DamageError(`${path} is damaged: ${what}.`, { kind: 'measurement', name: id });
    let bytes: Uint8Array;
    try {
      bytes = await readVisible(path, path);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT') throw new InputError(`measurement ${id} is not in the store ${this.#folder}.`);
      if (code === 'EISDIR') throw damaged('expected a file, found a folder');
      throw storeTrouble(error, `cannot read ${path}`);
    }
    const read = readMeasurementFile(bytes, id);
    if (read.kind === 'later') throw laterFormat(path, read.format);
    if (read.kind === 'damaged') throw damaged(read.what);
    return read.content.values;
  }

  async writeMeasurement(id: string, specification: MeasurementSpecification, values: unknown): Promise<void> {
    const place = layout.measurement(this.#folder, id);
    if (existsSync(place)) return;
    const aside = join(layout.aside(this.#folder), asideName());
    try {
      await makeFolder(layout.aside(this.#folder));
      await makeFolder(dirname(place));
      await this.#write(aside, encodeMeasurement(specification, values));
      await rename(aside, place);
      await syncFolder(dirname(place));
    } catch (error) {
      await rm(aside, { force: true }).catch(() => {});
      throw storeTrouble(error, `measurement ${id.slice(0, 12)} could not be written to ${this.#folder}`);
    }
  }
}
