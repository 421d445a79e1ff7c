import fc from 'fast-check';
import { unzipSync, zipSync } from 'fflate';
import { seal } from '../../src/experiments/files/sealed-json.js';
import { MemoryStore } from '../../src/experiments/memory-store.js';
import { LocalExecutor } from '../../src/experiments/tasks/index.js';
import { loadKernels } from '../../src/kernels/index.js';
import {
  type CheckedArchive,
  importArchive,
  Laboratory,
  planRun,
  readArchive,
  writeArchive,
} from '../../src/laboratory/index.js';
import { type Attempt, admitted, mustEqual, type OpenDoor } from '../door.js';
import { altered, changes } from '../hostile-values.js';
import { mutated, mutations } from '../mutations.js';
import { tiny } from './records.js';

const name = 'some.zip';
/** Most bytes that an archive may unpack to: far more than the whole one does. */
const MOST = 2 ** 24;

const machine = { version: '1', engine: 'an engine', platform: 'a platform', processor: 'one' };
const { dataset, specification } = tiny();
const planned = planRun(specification, dataset);
const runName = planned.folder;

/** The run, packed. */
async function packed(): Promise<Uint8Array<ArrayBuffer>> {
  const store = new MemoryStore();
  const executor = new LocalExecutor({ kernels: await loadKernels(), dataset, store, engine: machine });
  await new Laboratory({ store, machine }).run(planned, { executor, command: 'lottery run tiny' });
  const pieces: Uint8Array[] = [];
  for await (const piece of writeArchive(store, [{ kind: 'run', name: runName }], { folder: 'kept' })) {
    pieces.push(piece);
  }
  return new Uint8Array(Buffer.concat(pieces));
}

/** All that is taken in of an archive. */
async function contentOf(archive: CheckedArchive): Promise<unknown> {
  const store = new MemoryStore();
  await importArchive(archive, store);
  const cells = (await store.list()).sort();
  return { cells, read: await Promise.all(cells.map((id) => store.read(id))), run: await store.readRun(runName) };
}

/**
 * Archives of experiments, which a browser takes in. All of one is checked before any is: what was damaged is the same or refused; what
 * somebody packed anew, under other names or with other content, is refused, or says what it did of the cells it has, whose digests tell.
 */
export const openArchive: OpenDoor = async () => {
  const whole = await packed();
  const files = unzipSync(whole);
  const expected = (await contentOf(await readArchive(whole, name))) as { cells: unknown; read: unknown };
  const take = async (bytes: Uint8Array) =>
    admitted(async () => contentOf(await readArchive(bytes, name, { most: MOST })), name);
  const damaged = mutations.map((list): Attempt => {
    const bytes = mutated(whole, list);
    return {
      files: new Map([[name, bytes]]),
      run: async () => {
        const found = await take(bytes);
        if (found === undefined) return 'refused';
        mustEqual(found.value, expected, 'what a damaged archive holds');
        return 'accepted';
      },
    };
  });
  const place = fc.oneof(
    fc.constantFrom(
      '../outside.json',
      '/etc/passwd',
      'kept/../../up',
      'kept\\run.json',
      'other/store.json',
      'kept/',
      '',
    ),
    fc.constantFrom(
      'kept/__proto__',
      'kept/runs/__proto__/run.json',
      'kept/cells/x/cell.json',
      'kept/runs/a/report.html',
    ),
    fc.string({ maxLength: 12, unit: 'binary' }),
  );
  const names = Object.keys(files);
  const repacked = fc
    .record({
      which: fc.constantFrom(...names),
      kind: fc.constantFrom('change', 'seal', 'seal', 'remove', 'move', 'add'),
      to: place,
      bytes: mutations,
      fields: changes,
    })
    .map(({ which, kind, to, bytes, fields }): Attempt => {
      const own = new Map<string, Uint8Array>(Object.entries(files));
      const content = files[which];
      if (kind === 'change') own.set(which, mutated(content, bytes));
      else if (kind === 'seal' && which.endsWith('.json')) {
        const { sha256: _stated, ...said } = altered(JSON.parse(Buffer.from(content).toString()), fields) as Record<
          string,
          unknown
        >;
        own.set(which, seal(said));
      } else if (kind === 'add') own.set(to, content);
      else {
        own.delete(which);
        if (kind === 'move') own.set(to, content);
      }
      const archive = zipSync(Object.fromEntries(own), { level: 1 });
      return {
        files: new Map([[name, archive]]),
        run: async () => {
          const found = await take(archive);
          if (found === undefined) return 'refused';
          const { cells, read } = found.value as typeof expected;
          if ((cells as string[]).length === (expected.cells as string[]).length && kind !== 'seal') {
            mustEqual(read, expected.read, 'cells of an archive that was packed anew');
          }
          return 'accepted';
        },
      };
    });
  return { name: 'archive', what: 'archives of experiments (.zip)', attempts: fc.oneof(damaged, repacked) };
};
