import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { makeStrokes } from '../../src/data/strokes/index.js';
import { executeCell } from '../../src/experiments/execute.js';
import { sha256 } from '../../src/experiments/files/digest.js';
import { seal } from '../../src/experiments/files/sealed-json.js';
import { buildGraph } from '../../src/experiments/graph.js';
import { measurementId } from '../../src/experiments/measurements/index.js';
import { resolveSpecification } from '../../src/experiments/presets.js';
import { factsOf } from '../../src/experiments/run-folder.js';
import type { FinishedCell } from '../../src/experiments/store.js';
import { loadKernels } from '../../src/kernels/index.js';
import { FileStore } from '../../src/node/store/index.js';
import { cellFiles, layout } from '../../src/node/store/layout.js';
import { type Attempt, admitted, Fault, judgeMessage, mustEqual, type OpenDoor, type Verdict } from '../door.js';
import { altered, type Change, changes } from '../hostile-values.js';
import { type Mutation, mutated, mutations } from '../mutations.js';
import { withHeader } from './safetensors.js';

const machine = { version: '1', engine: 'Node 20.20.2', platform: 'linux x64', processor: 'one' };
const measured = { kind: 'test', version: 1, cells: ['a', 'b'] };
const measurement = measurementId(measured);

export const runName = 'tiny-0123abcd';
export const studyName = 'tiny-frontier-0123abcd';

/** A run of two cells, a dense network and its ticket. */
export const tiny = () => ({
  dataset: makeStrokes({ train: 120, test: 30 }),
  specification: resolveSpecification({
    name: 'tiny',
    data: { name: 'strokes', train: 120, test: 30, validation: 20 },
    network: { hidden: [6], activation: 'relu' },
    iterations: 10,
    evaluateEvery: 5,
    trials: 1,
    levels: 2,
    rewind: 5,
    controls: { reinitialise: 0, randomMask: 0 },
  }),
});

/** A small store with one of everything in it. */
export async function makeStore(folder: string) {
  const store = await FileStore.open(folder, { write: true });
  const kernels = await loadKernels();
  const { dataset, specification } = tiny();
  const graph = buildGraph(specification, dataset);
  const done = new Map<string, FinishedCell>();
  for (const planned of graph.cells) {
    const cell = await executeCell({ kernels, specification: planned.specification, dataset, parents: done });
    const provenance = { ...machine, kernels: 'wasm', started: '2020-01-01T00:00:00Z', seconds: 1, peakMemoryBytes: 0 };
    done.set(cell.id, { ...cell, provenance });
    await store.write({ ...cell, provenance });
  }
  const common = {
    ...machine,
    command: 'lottery run tiny',
    started: '2020-01-01T00:00:00Z',
    finished: null,
    specification,
    dataset: factsOf(dataset),
  };
  const cells = graph.cells.map(({ id, condition, trial, level, draw, density }) => ({
    id,
    condition,
    trial,
    level,
    draw,
    density,
  }));
  await store.writeRun({ ...common, run: runName, cells });
  await store.writeStudy({
    ...common,
    folder: studyName,
    study: 'frontier',
    options: { schemes: ['x'] },
    cells: cells.map(({ id }) => id),
    measurements: [measurement],
  });
  await store.writeMeasurement(measurement, measured, { points: [0.25, null, 3], name: 'line' });
  const ticket = [...done.values()].at(-1) as FinishedCell;
  const weights = [...ticket.finalWeights.values()];
  const checkpoint = {
    weights,
    mask: ticket.mask ?? undefined,
    iteration: 5,
    work: { forward: 1, backward: 2, evaluation: 3 },
    history: ticket.history,
    moments: weights,
    snapshots: new Map([[5, { weights }]]),
  };
  await store.writeCheckpoint(ticket.id, { checkpoint: checkpoint as never, seconds: 2 });
  return { store, ticket: ticket.id };
}

/** Of a value, what another one has too: fields that are not known are left out when a record is read. */
function known(value: unknown, like: unknown): unknown {
  if (Array.isArray(value) && Array.isArray(like)) return value.map((inner, i) => known(inner, like[i]));
  if (typeof value !== 'object' || value === null || typeof like !== 'object' || like === null) return value;
  return Object.fromEntries(
    Object.entries(like).map(([key, inner]) => [key, known((value as Record<string, unknown>)[key], inner)]),
  );
}

const plain = (value: unknown) =>
  JSON.parse(
    JSON.stringify(value, (_key, inner) =>
      inner instanceof Map ? [...inner] : ArrayBuffer.isView(inner) ? [...(inner as Float32Array)] : inner,
    ) ?? 'null',
  );

/**
 * Files of a store. Everything in it has a checksum, so that damage is found; and a file that somebody sealed anew says whatever it
 * says, and is refused or read as that.
 */
export const openRecords: OpenDoor = async ({ folder }) => {
  const place = join(folder, 'store');
  const { store, ticket } = await makeStore(place);
  const cell = layout.cell(place, ticket);
  const inCell = (file: string) => join(cell, file);
  const readCell = async () => {
    const problems = await store.check(ticket);
    for (const problem of problems) judgeMessage(problem, ticket);
    const found = await store.read(ticket);
    return problems.length > 0 ? undefined : found;
  };
  const doors = [
    { path: layout.runRecord(place, runName), name: 'run.json', read: () => store.readRun(runName) },
    {
      path: layout.studyRecord(place, studyName),
      name: 'study.json',
      read: () => store.readStudy(studyName),
    },
    { path: layout.measurement(place, measurement), name: measurement, read: () => store.readMeasurement(measurement) },
    { path: layout.marker(place), name: 'store.json', read: () => FileStore.open(place).then(() => null) },
    {
      path: layout.checkpoint(place, ticket),
      name: ticket,
      read: async () => {
        const problem = await store.checkCheckpoint(ticket);
        if (problem !== null) judgeMessage(problem, ticket, 'checkpoint');
        const kept = await store.readCheckpoint(ticket);
        if (problem !== null && kept !== undefined) throw new Fault('a damaged checkpoint was read');
        return kept;
      },
    },
    ...readdirSync(cell).map((file) => ({ path: inCell(file), name: ticket, read: readCell })),
  ];
  const originals = doors.map(({ path }) => new Uint8Array(readFileSync(path)));
  const expected: unknown[] = [];
  for (const { read } of doors) expected.push(plain(await read()));

  /** Tries one file in place of what is there, and puts that back. */
  async function tried(
    which: number,
    files: ReadonlyMap<string, Uint8Array>,
    judge: (found: unknown) => void,
  ): Promise<Verdict> {
    const { name, read } = doors[which];
    const before = [...files.keys()].map((path): [string, Uint8Array] => [path, new Uint8Array(readFileSync(path))]);
    try {
      for (const [path, bytes] of files) writeFileSync(path, bytes);
      const found = await admitted(read, name);
      if (found?.value === undefined) return 'refused';
      judge(plain(found.value));
      return 'accepted';
    } finally {
      for (const [path, bytes] of before) writeFileSync(path, bytes);
    }
  }
  const named = (files: ReadonlyMap<string, Uint8Array>) =>
    new Map([...files].map(([path, bytes]) => [path.slice(place.length + 1).replaceAll('/', '-'), bytes]));

  const damaged = fc.record({ which: fc.nat(doors.length - 1), list: mutations }).map(({ which, list }): Attempt => {
    const files = new Map([[doors[which].path, mutated(originals[which], list)]]);
    return {
      files: named(files),
      run: () => tried(which, files, (found) => mustEqual(found, expected[which], 'what a damaged file holds')),
    };
  });
  const cellIndex = doors.findIndex(({ path }) => path === inCell(cellFiles.summary));
  const json = [0, 1, 2, 3, cellIndex];
  const sealed = fc.record({ which: fc.constantFrom(...json), list: changes }).map(({ which, list }): Attempt => {
    const { sha256: _stated, ...fields } = altered(
      JSON.parse(Buffer.from(originals[which]).toString()),
      list,
    ) as Record<string, unknown>;
    const files = new Map([[doors[which].path, seal(fields)]]);
    const judge = (found: unknown) => {
      if (which > 1) return;
      for (const [key, value] of Object.entries(found as object)) {
        if (key !== 'specification' && key !== 'engine' && key !== 'dataset')
          mustEqual(value, known(fields[key], value), key);
      }
    };
    return { files: named(files), run: () => tried(which, files, judge) };
  });
  // A part of a cell, and its summary with the size and digest that the part then has: the digests of the tensors still tell.
  const parts = doors.flatMap(({ path }, i) => (path.startsWith(cell) && i !== cellIndex ? [i] : []));
  const resealed = fc
    .record({ which: fc.constantFrom(...parts), bytes: mutations, header: changes, within: fc.boolean() })
    .map(({ which, bytes, header, within }): Attempt => {
      const { path } = doors[which];
      const content = partOf(originals[which], path, within ? header : undefined, bytes);
      const summary = JSON.parse(Buffer.from(originals[cellIndex]).toString());
      const { sha256: _stated, ...fields } = summary;
      fields.files[path.slice(cell.length + 1)] = { bytes: content.length, sha256: sha256(content) };
      const files = new Map([
        [path, content],
        [inCell(cellFiles.summary), seal(fields)],
      ]);
      return {
        files: named(files),
        run: () => tried(which, files, (found) => mustEqual(found, expected[which], 'a cell whose part was changed')),
      };
    });
  return {
    name: 'records',
    what: 'records, cells, measurements and checkpoints of a store',
    attempts: fc.oneof(damaged, sealed, resealed),
  };
};

function partOf(
  original: Uint8Array,
  path: string,
  header: readonly Change[] | undefined,
  bytes: readonly Mutation[],
): Uint8Array {
  return header !== undefined && path.endsWith('.safetensors')
    ? withHeader(original, header)
    : mutated(original, bytes);
}
