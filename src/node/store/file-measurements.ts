import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { canonicalJson } from '../../experiments/canonical.js';
import type { MeasurementSpecification, MeasurementStore } from '../../experiments/measurements/index.js';
import { InputError } from '../../networks/errors.js';
import { asideName, sha256, syncFolder, type WriteBytes, writeDurably } from './durably.js';
import { layout, STORE_FORMAT } from './layout.js';
import { storeTrouble } from './trouble.js';

interface MeasurementFile {
  readonly format: number;
  readonly specification: MeasurementSpecification;
  readonly values: unknown;
  /** SHA-256 of the canonical JSON of specification and values. */
  readonly sha256: string;
}

const digestOf = (specification: MeasurementSpecification, values: unknown): string =>
  sha256(Buffer.from(canonicalJson([specification, values])));

/** What a file holds; null when it is not a measurement. */
function parsed(text: string): MeasurementFile | null {
  let file: Partial<MeasurementFile> | null;
  try {
    file = JSON.parse(text);
  } catch {
    return null;
  }
  const whole = typeof file?.format === 'number' && typeof file.sha256 === 'string' && 'values' in file;
  return whole ? (file as MeasurementFile) : null;
}

/** Measurements of a store as plain files, one per measurement, each written aside, flushed and renamed into place. */
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

  async readMeasurement(id: string): Promise<unknown> {
    const path = layout.measurement(this.#folder, id);
    const remedy = `Delete the file ${path} and repeat the study's command to measure again.`;
    let text: string;
    try {
      text = await readFile(path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
        throw new InputError(`measurement ${id} is not in the store ${this.#folder}.`);
      }
      throw storeTrouble(error, `cannot read ${path}`);
    }
    const file = parsed(text);
    if (file === null) throw new InputError(`${path} is corrupt: expected a measurement as JSON. ${remedy}`);
    if (file.format > STORE_FORMAT) {
      throw new InputError(
        `${path} has format ${file.format}; this version of lottery-lab knows ${STORE_FORMAT}. Update lottery-lab.`,
      );
    }
    const found = digestOf(file.specification, file.values);
    if (found !== file.sha256) {
      throw new InputError(
        `${path} is corrupt: expected SHA-256 ${file.sha256} of its content, found ${found}. ${remedy}`,
      );
    }
    return file.values;
  }

  async writeMeasurement(id: string, specification: MeasurementSpecification, values: unknown): Promise<void> {
    const place = layout.measurement(this.#folder, id);
    if (existsSync(place)) return;
    const aside = join(layout.aside(this.#folder), asideName());
    try {
      await mkdir(layout.aside(this.#folder), { recursive: true });
      await mkdir(dirname(place), { recursive: true });
      const file: MeasurementFile = {
        format: STORE_FORMAT,
        specification,
        values,
        sha256: digestOf(specification, values),
      };
      await this.#write(aside, Buffer.from(`${JSON.stringify(file)}\n`));
      await rename(aside, place);
      await syncFolder(dirname(place));
    } catch (error) {
      await rm(aside, { force: true }).catch(() => {});
      throw storeTrouble(error, `measurement ${id.slice(0, 12)} could not be written to ${this.#folder}`);
    }
  }
}
