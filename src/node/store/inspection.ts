import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Damaged } from '../../experiments/damage.js';
import type { FileStore } from './file-store.js';
import { layout } from './layout.js';

/** One thing that lies in a store, read whole and checked. */
export interface Inspected {
  readonly kind: Damaged['kind'] | 'checkpoint' | 'report' | 'file';
  readonly name: string;
  /** What is wrong with it, each as a sentence. */
  readonly problems: readonly string[];
  /** What could not be checked, as a sentence; absent where all was. */
  readonly unchecked?: string;
}

/** Reads everything in a store: cells, measurements, records, checkpoints, and what is none of those. */
export async function* inspectStore(store: FileStore): AsyncGenerator<Inspected> {
  for (const name of await store.list()) yield { kind: 'cell', name, problems: await store.check(name) };
  for (const name of await store.listMeasurements()) {
    yield { kind: 'measurement', name, problems: await problemsOf(() => store.readMeasurement(name)) };
  }
  for (const name of await store.listRuns()) yield* recordOf('run', name, store);
  for (const name of await store.listStudies()) yield* recordOf('study', name, store);
  for (const file of await entriesOf(layout.checkpoints(store.folder))) {
    const name = /^(.*)\.checkpoint$/.exec(file)?.[1];
    if (name === undefined) continue;
    const problem = await store.checkCheckpoint(name);
    yield { kind: 'checkpoint', name, problems: problem === null ? [] : [problem] };
  }
  yield* strangers(store);
}

async function* recordOf(kind: 'run' | 'study', name: string, store: FileStore): AsyncGenerator<Inspected> {
  const files = await (kind === 'run' ? store.checkRunFiles(name) : store.checkStudyFiles(name));
  if (files !== null) yield { kind: 'report', name, problems: files };
  const problems = await problemsOf(() => (kind === 'run' ? store.readRun(name) : store.readStudy(name)));
  if (problems.length > 0) {
    yield { kind, name, problems };
    return;
  }
  const record = kind === 'run' ? await store.readRun(name) : await store.readStudy(name);
  const folder = kind === 'run' ? layout.run(store.folder, name) : layout.study(store.folder, name);
  if (record === null) {
    yield { kind, name, problems: [`${folder} has no record in it.`] };
    return;
  }
  const isSealed = kind === 'run' ? await store.isRunSealed(name) : await store.isStudySealed(name);
  if (isSealed) yield { kind, name, problems };
  else yield { kind, name, problems, unchecked: `the record of ${name} is of an earlier format, without a checksum` };
}

/** Files and folders in the places of cells and measurements that are neither. */
async function* strangers(store: FileStore): AsyncGenerator<Inspected> {
  const places = [
    { place: layout.cells(store.folder), own: new Set(await store.list()), ending: '' },
    { place: layout.measurements(store.folder), own: new Set(await store.listMeasurements()), ending: '.json' },
  ];
  for (const { place, own, ending } of places) {
    for (const part of await entriesOf(place)) {
      for (const name of await entriesOf(join(place, part), [''])) {
        const id = name.endsWith(ending) ? name.slice(0, name.length - ending.length) : '';
        if (own.has(id) && id.startsWith(part)) continue;
        const path = join(place, part, name);
        yield { kind: 'file', name: path, problems: [`${path} is nothing that belongs in a store.`] };
      }
    }
  }
}

/** Names in a folder; `otherwise` where it is none. */
const entriesOf = (folder: string, otherwise: string[] = []): Promise<string[]> =>
  readdir(folder).then(
    (names) => names.sort(),
    () => otherwise,
  );

async function problemsOf(read: () => Promise<unknown>): Promise<string[]> {
  try {
    await read();
    return [];
  } catch (error) {
    return [(error as Error).message];
  }
}

/** What has to be moved aside for an inspected thing to be made again; null for what is not made again. */
export function damagedOf({ kind, name }: Inspected): Damaged | null {
  return kind === 'checkpoint' || kind === 'report' || kind === 'file' ? null : { kind, name };
}
