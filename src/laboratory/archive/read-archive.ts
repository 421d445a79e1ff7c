import type { ZipEntry } from '../../data/formats/zip.js';
import {
  type CellFile,
  decodeCell,
  differingParts,
  fitsNetwork,
  readCellFile,
  wrongWithFile,
} from '../../experiments/files/cell-file.js';
import { readMeasurementFile } from '../../experiments/files/measurement-file.js';
import { cellFiles, formats, STORE_FORMAT } from '../../experiments/files/places.js';
import { readRunFile, readStudyFile } from '../../experiments/files/record-file.js';
import { openSealed, type ReadFile } from '../../experiments/files/sealed-json.js';
import type { MeasurementSpecification } from '../../experiments/measurements/measurement.js';
import type { RunRecord, StudyRecord } from '../../experiments/records.js';
import type { CellSummary, FinishedCell } from '../../experiments/store.js';
import { InputError } from '../../networks/errors.js';
import { heldAgainstPlan } from '../recorded.js';
import { type ArchiveEntries, bytesOf, entriesOf } from './entries.js';

export interface ReadArchiveOptions {
  /** Most bytes that it may unpack to. Default: 4 GiB. */
  readonly most?: number | undefined;
  /** Told after each cell that was checked, with the share that is done, 0 to 1. */
  readonly onProgress?: ((share: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * An archive of a store, all of which has been checked: every file against its checksum and its name, every cell against its digests
 * and the network it is of, every record against the plan of its settings.
 */
export interface CheckedArchive {
  readonly records: readonly (RunRecord | StudyRecord)[];
  /** Of cells that a record has. */
  readonly cells: readonly CellSummary[];
  /** Names of measurements that a record has. */
  readonly measurements: readonly string[];
  /** How many files are not taken in: reports, checkpoints, messages of processes, and cells that no record has. */
  readonly leftOut: number;
  readCell(id: string): Promise<FinishedCell>;
  readMeasurement(id: string): { readonly specification: MeasurementSpecification; readonly values: unknown };
}

/**
 * Reads an archive of a store and checks all of it.
 *
 * @param file what to call it in messages
 * @throws InputError that says which file in it is wrong, and why
 */
export async function readArchive(
  bytes: Uint8Array,
  file: string,
  { most, onProgress, signal }: ReadArchiveOptions = {},
): Promise<CheckedArchive> {
  const entries = entriesOf(bytes, file, most);
  const reader = new Reader(entries, file);
  reader.checkMarker();
  const records = reader.records();
  if (records.length === 0) throw new InputError(`${file}: it holds no experiment: no record of a run or a study.`);
  const wanted = new Set(records.flatMap((record) => heldAgainst(record, file)));
  const known = [...entries.cells.keys()].filter((id) => wanted.has(id));
  const cells: CellSummary[] = [];
  for (const [number, id] of known.entries()) {
    signal?.throwIfAborted();
    const cell = await reader.cell(id);
    const differing = differingParts(cell);
    if (differing.length > 0) {
      throw new InputError(`${file}: cell ${id} is damaged: its ${differing.join(', ')} are not what its digests say.`);
    }
    if (!fitsNetwork(cell)) {
      throw new InputError(`${file}: cell ${id} is damaged: its tensors are not those of its network.`);
    }
    const { history, mask, finalWeights, earlyStopWeights, snapshots, ...summary } = cell;
    cells.push(summary);
    onProgress?.((number + 1) / known.length);
  }
  const measurements = [...entries.measurements.keys()].filter((id) => wanted.has(id));
  for (const id of measurements) reader.measurement(id);
  const unwanted = entries.cells.size - known.length + entries.measurements.size - measurements.length;
  return {
    records,
    cells,
    measurements,
    leftOut: entries.leftOut + unwanted,
    readCell: (id) => reader.cell(id),
    readMeasurement: (id) => reader.measurement(id),
  };
}

/** Names of what a record consists of. @throws InputError where it disagrees with the plan of its settings */
function heldAgainst(record: RunRecord | StudyRecord, file: string): string[] {
  const { tasks, problems } = heldAgainstPlan(record);
  if (problems.length > 0) throw new InputError(`${file}: ${problems[0]}`);
  return tasks.map(({ id }) => id);
}

class Reader {
  readonly #entries: ArchiveEntries;
  readonly #file: string;

  constructor(entries: ArchiveEntries, file: string) {
    this.#entries = entries;
    this.#file = file;
  }

  checkMarker(): void {
    const { marker } = this.#entries;
    const opened = openSealed(bytesOf(marker, this.#file), formats);
    if (opened.kind === 'damaged') throw this.#damaged(marker, opened.what);
    if (opened.kind === 'later') throw this.#later(marker, opened.format);
  }

  records(): (RunRecord | StudyRecord)[] {
    const { runs, studies } = this.#entries;
    return [
      ...[...runs].map(([name, entry]) => this.#whole(entry, readRunFile(bytesOf(entry, this.#file), name))),
      ...[...studies].map(([name, entry]) => this.#whole(entry, readStudyFile(bytesOf(entry, this.#file), name))),
    ];
  }

  async cell(id: string): Promise<FinishedCell> {
    const own = this.#entries.cells.get(id);
    const entry = own?.get(cellFiles.summary);
    if (own === undefined || entry === undefined) {
      throw new InputError(`${this.#file}: cell ${id} has no ${cellFiles.summary}.`);
    }
    const said = this.#whole(entry, readCellFile(bytesOf(entry, this.#file), id));
    const stranger = [...own].find(([name]) => name !== cellFiles.summary && said.files[name] === undefined);
    if (stranger !== undefined) throw this.#damaged(stranger[1], 'its cell does not list it');
    return decodeCell(
      said,
      async (name) => this.#listed(said, own.get(name), name),
      (name) => `${this.#file}: cell ${id}, ${name}`,
    );
  }

  /** A file that its cell lists. Its size is compared before it is unpacked. */
  #listed({ cell, files }: CellFile, entry: ZipEntry | undefined, name: string): Uint8Array {
    if (entry === undefined) throw new InputError(`${this.#file}: cell ${cell.id} has no ${name}.`);
    const expected = files[name];
    if (entry.size !== expected.bytes) {
      throw this.#damaged(entry, `expected ${expected.bytes} bytes, found ${entry.size}`);
    }
    const bytes = bytesOf(entry, this.#file);
    const wrong = wrongWithFile(bytes, expected);
    if (wrong !== null) throw this.#damaged(entry, wrong);
    return bytes;
  }

  measurement(id: string): { readonly specification: MeasurementSpecification; readonly values: unknown } {
    const entry = this.#entries.measurements.get(id) as ZipEntry;
    return this.#whole(entry, readMeasurementFile(bytesOf(entry, this.#file), id));
  }

  #whole<Content>(entry: ZipEntry, read: ReadFile<Content>): Content {
    if (read.kind === 'damaged') throw this.#damaged(entry, read.what);
    if (read.kind === 'later') throw this.#later(entry, read.format);
    return read.content;
  }

  #damaged({ name }: ZipEntry, what: string): InputError {
    return new InputError(`${this.#file}: ${name} is damaged: ${what}.`);
  }

  #later({ name }: ZipEntry, format: number): InputError {
    return new InputError(
      `${this.#file}: ${name} has format ${format}; this version of lottery-lab knows formats up to ${STORE_FORMAT}. Update lottery-lab.`,
    );
  }
}
