import { Zip, ZipDeflate } from 'fflate';
import { encodeCell } from '../../experiments/files/cell-file.js';
import { encodeMarker } from '../../experiments/files/marker.js';
import { encodeMeasurement } from '../../experiments/files/measurement-file.js';
import { places } from '../../experiments/files/places.js';
import { encodeRecord } from '../../experiments/files/record-file.js';
import type { Store } from '../../experiments/full-store.js';
import { type RecordName, readRecord } from '../../experiments/record-store.js';
import type { MeasurementTask } from '../../experiments/tasks/task.js';
import { InputError } from '../../networks/errors.js';
import { heldAgainstPlan } from '../recorded.js';

/** What is needed of a store to write an archive of it. */
export type ArchivedStore = Pick<
  Store,
  'has' | 'read' | 'hasMeasurement' | 'readMeasurement' | 'readRun' | 'readStudy'
>;

export interface WriteArchiveOptions {
  /** The archive's only folder, which unpacking makes. */
  readonly folder: string;
  /** Told after each file that is packed, with the share that is done, 0 to 1. */
  readonly onProgress?: (share: number) => void;
  readonly signal?: AbortSignal;
}

/** Archives carry this date, so that the same store gives the same bytes. */
const DATE = '1980-01-01T00:00:00';
/** What a zip archive without 64-bit sizes can hold: so many bytes, and so many files. */
const MOST_BYTES = 2 ** 32 - 2 ** 24;
const MOST_FILES = 65_535;
/** Zeros of pruned weights pack at any level; the others hardly at all. */
const LEVEL = 3;

/**
 * Writes records of a store, and whatever of their cells and measurements is finished, as a zip archive that is a store once it is
 * unpacked: every command reads it. Reports are left out, since `lottery report` makes them again.
 *
 * @returns the archive, in pieces of a file's size or so
 * @throws InputError when a record is absent, something cannot be read, or all of it is more than an archive can hold
 */
export async function* writeArchive(
  store: ArchivedStore,
  names: readonly RecordName[],
  { folder, onProgress, signal }: WriteArchiveOptions,
): AsyncGenerator<Uint8Array> {
  const { cells, measurements, records } = await contentsOf(store, names);
  const archive = new Archive(folder);
  const all = cells.size + measurements.size;
  let done = 0;
  yield* archive.add(places.marker, encodeMarker());
  for (const id of cells) {
    signal?.throwIfAborted();
    for (const [name, bytes] of encodeCell(await store.read(id))) {
      yield* archive.add(`${places.cell(id)}/${name}`, bytes);
    }
    onProgress?.(++done / all);
  }
  for (const [id, { measurement }] of measurements) {
    signal?.throwIfAborted();
    const bytes = encodeMeasurement(measurement.specification, await store.readMeasurement(id));
    yield* archive.add(places.measurement(id), bytes);
    onProgress?.(++done / all);
  }
  for (const [path, bytes] of records) yield* archive.add(path, bytes);
  yield* archive.end();
}

interface Contents {
  readonly cells: ReadonlySet<string>;
  readonly measurements: ReadonlyMap<string, MeasurementTask>;
  readonly records: ReadonlyMap<string, Uint8Array>;
}

async function contentsOf(store: ArchivedStore, names: readonly RecordName[]): Promise<Contents> {
  const cells = new Set<string>();
  const measurements = new Map<string, MeasurementTask>();
  const records = new Map<string, Uint8Array>();
  for (const named of names) {
    const record = await readRecord(store, named);
    if (record === null) throw new InputError(`there is no ${named.kind} called ${named.name}.`);
    const path = named.kind === 'run' ? places.runRecord(named.name) : places.studyRecord(named.name);
    records.set(path, encodeRecord(record));
    const { tasks, problems } = heldAgainstPlan(record);
    if (problems.length > 0) throw new InputError(problems[0]);
    for (const task of tasks) {
      if (task.kind === 'cell') {
        if (!cells.has(task.id) && (await store.has(task.id))) cells.add(task.id);
      } else if (!measurements.has(task.id) && (await store.hasMeasurement(task.id))) measurements.set(task.id, task);
    }
  }
  return { cells, measurements, records };
}

/** A zip archive that is written file by file. */
class Archive {
  readonly #folder: string;
  readonly #zip: Zip;
  #pieces: Uint8Array[] = [];
  #bytes = 0;
  #files = 0;

  constructor(folder: string) {
    this.#folder = folder;
    this.#zip = new Zip((error, piece) => {
      if (error) throw error;
      this.#pieces.push(piece);
      this.#bytes += piece.length;
    });
  }

  *add(path: string, bytes: Uint8Array): Generator<Uint8Array> {
    const file = new ZipDeflate(`${this.#folder}/${path}`, { level: LEVEL });
    file.mtime = DATE;
    this.#zip.add(file);
    file.push(bytes, true);
    this.#files++;
    if (this.#bytes > MOST_BYTES || this.#files > MOST_FILES) {
      throw new InputError(
        'this is more than a zip archive can hold, 4 GB and 65,535 files; export fewer experiments at once.',
      );
    }
    yield* this.#written();
  }

  *end(): Generator<Uint8Array> {
    this.#zip.end();
    yield* this.#written();
  }

  *#written(): Generator<Uint8Array> {
    const pieces = this.#pieces;
    this.#pieces = [];
    yield* pieces;
  }
}
