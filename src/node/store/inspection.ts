import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Damaged } from '../../experiments/damage.js';
import { type RecordName, readRecord } from '../../experiments/record-store.js';
import type { FileStore } from './file-store.js';
import { checkpointNamed, layout } from './layout.js';

/** One thing that lies in a store, read whole and checked. */
export interface Inspected {
  readonly kind: Damaged['kind'] | 'checkpoint' | 'report' | 'file';
  readonly name: string;
  /** What is wrong with it, each as a sentence. */
  readonly problems: readonly string[];
  /** What could not be checked, as a sentence; absent where all was. */
  readonly unchecked?: string;
}

/** Whether something is to be left out, having been checked already. */
export type IsChecked = (kind: Inspected['kind'], name: string) => boolean;

/** Reads everything in a store: cells, measurements, records, checkpoints, and what is none of those. */
export async function* inspectStore(store: FileStore, isChecked: IsChecked = () => false): AsyncGenerator<Inspected> {
  for (const name of await store.list()) {
    if (!isChecked('cell', name)) yield { kind: 'cell', name, problems: await store.check(name) };
  }
  for (const name of await store.listMeasurements()) {
    if (isChecked('measurement', name)) continue;
    yield { kind: 'measurement', name, problems: await problemsOf(() => store.readMeasurement(name)) };
  }
  const named = [
    ...(await store.listRuns()).map((name) => ({ kind: 'run', name }) as const),
    ...(await store.listStudies()).map((name) => ({ kind: 'study', name }) as const),
  ];
  for (const one of named) if (!isChecked(one.kind, one.name)) yield* recordOf(one, store);
  const checkpoints = (await entriesOf(layout.checkpoints(store.folder))).flatMap(
    (file) => checkpointNamed(file) ?? [],
  );
  for (const name of new Set(checkpoints.map(({ id }) => id))) {
    if (isChecked('checkpoint', name)) continue;
    const problem = await store.checkCheckpoint(name);
    yield { kind: 'checkpoint', name, problems: problem === null ? [] : [problem] };
  }
  yield* strangers(store);
}

async function* recordOf(named: RecordName, store: FileStore): AsyncGenerator<Inspected> {
  const files = await store.checkFiles(named);
  if (files !== null) yield { kind: 'report', name: named.name, problems: files };
  let isThere = false;
  const problems = await problemsOf(async () => {
    isThere = (await readRecord(store, named)) !== null;
  });
  // A record that was moved aside leaves its folder: what makes it again is the command.
  if (problems.length === 0 && !isThere) return;
  const isSealed = problems.length > 0 || (await store.isSealed(named));
  yield {
    ...named,
    problems,
    ...(isSealed ? {} : { unchecked: `the record of ${named.name} is of an earlier format, without a checksum` }),
  };
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
