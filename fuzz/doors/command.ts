import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { encodeNpz } from '../../src/data/formats/npz.js';
import { seal } from '../../src/experiments/files/sealed-json.js';
import { presets } from '../../src/experiments/presets.js';
import { printable } from '../../src/networks/printable.js';
import { type Attempt, Fault, type OpenDoor } from '../door.js';
import { altered, changes } from '../hostile-values.js';
import { type Mutation, mutated, mutations } from '../mutations.js';
import { fixture, root } from '../places.js';
import { MOST_MEGABYTES, MOST_SECONDS } from '../try-door.js';
import { idxFile } from './idx.js';
import { makeStore, runName, studyName } from './records.js';
import { assignment } from './set.js';
import { yamlText } from './yaml.js';

const main = join(root, 'dist', 'bin', 'main.js');
const preload = pathToFileURL(join(root, 'fuzz', 'peak.mjs')).href;

/** A command line, and what has to lie in its folder before: files by their paths in it. */
interface Scene {
  readonly words: readonly string[];
  readonly files?: ReadonlyMap<string, Uint8Array>;
  /** Whether it works in a copy of the store. */
  readonly store?: boolean;
}

/** Every data set known by name, with a few images each, so that nothing is downloaded. */
function dataSets(): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  for (const name of ['mnist', 'fashion-mnist']) {
    files.set(`${name}/train-images-idx3-ubyte.gz`, gzipSync(idxFile([40, 28, 28])));
    files.set(`${name}/train-labels-idx1-ubyte.gz`, gzipSync(idxFile([40], 0, 10)));
    files.set(`${name}/t10k-images-idx3-ubyte.gz`, gzipSync(idxFile([20, 28, 28], 5)));
    files.set(`${name}/t10k-labels-idx1-ubyte.gz`, gzipSync(idxFile([20], 0, 10)));
  }
  const records = (size: number, count: number) =>
    Uint8Array.from({ length: size * count }, (_, i) =>
      i % size < size - 3072 ? Math.floor(i / size) % 10 : (i * 7) & 255,
    );
  for (const name of ['data_batch_1', 'data_batch_2', 'data_batch_3', 'data_batch_4', 'data_batch_5', 'test_batch']) {
    files.set(`cifar-10/${name}.bin`, records(3073, 10));
  }
  for (const name of ['train', 'test']) files.set(`cifar-100/${name}.bin`, records(3074, 20));
  return files;
}

const small = [
  '--set',
  'network.hidden=[4]',
  '--set',
  'iterations=4',
  '--set',
  'evaluateEvery=2',
  '--set',
  'data.validation=1',
];
const short = [...small, '--trials', '1', '--levels', '1', '--no-report', '--workers', '1', '--checkpoint', '0'];

const images = encodeNpz(
  new Map(
    Object.entries({ train: 12, test: 4 }).flatMap(([part, count]) => [
      [
        `x_${part}`,
        { shape: [count, 4, 4], values: Uint8Array.from({ length: count * 16 }, (_, i) => (i * 41) & 255) },
      ],
      [`y_${part}`, { shape: [count], values: Uint8Array.from({ length: count }, (_, i) => i % 2) }],
    ]),
  ),
);

/** A folder of pictures, of which one is damaged. */
function pictures(kind: string, damage: readonly Mutation[]): Map<string, Uint8Array> {
  const whole = fixture(kind);
  const ending = kind.slice(kind.lastIndexOf('.'));
  const names = ['train/a/1', 'train/a/2', 'train/b/1', 'train/b/2', 'test/a/1', 'test/b/1'];
  return new Map(names.map((name, i) => [`mine/${name}${ending}`, i === 2 ? mutated(whole, damage) : whole]));
}

/** Files of a store, by their paths in it. */
const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();

/**
 * The real command, in a process of its own: it ends with 0, 1 or 2 in time and within its memory, and never with an unexpected error,
 * a stack trace or an escape sequence.
 */
export const openCommand: OpenDoor = async ({ folder, onMegabytes }) => {
  const place = join(folder, 'command');
  const template = join(folder, 'template');
  const { ticket } = await makeStore(template);
  const stored = filesIn(template);
  const known = join(folder, 'known');
  for (const [name, bytes] of dataSets()) write(join(known, name), bytes);
  const set = fc
    .array(assignment, { minLength: 1, maxLength: 3 })
    .map((list) => list.flatMap((text) => ['--set', text]));
  const inStore = fc.constantFrom(
    ...[
      ['list', 'runs'],
      ['list', 'cells'],
      ['list', 'studies'],
      ['show', runName],
      ['show', runName, '--json'],
      ['report', runName],
    ],
    ...[
      ['show', ticket.slice(0, 12)],
      ['verify'],
      ['verify', '--all'],
      ['verify', runName],
      ['verify', '--all', '--json'],
    ],
    ...[['verify', studyName], ['repair'], ['repair', '--json'], ['export', ticket.slice(0, 12), '--out', 'cell.npz']],
    ['run', 'quickstart', ...short, '--dry-run'],
  );
  const scenes: fc.Arbitrary<Scene> = fc.oneof(
    {
      weight: 4,
      arbitrary: fc
        .record({ text: yamlText, more: fc.option(set, { nil: [] }), quick: fc.constantFrom([], [], ['--quick']) })
        .map(({ text, more, quick }) => ({
          words: ['run', 'mine.yaml', '--dry-run', ...more, ...quick],
          files: new Map([['mine.yaml', Buffer.from(text)]]),
        })),
    },
    {
      weight: 4,
      arbitrary: fc
        .record({ preset: fc.constantFrom(...Object.keys(presets)), more: set, json: fc.constantFrom([], ['--json']) })
        .map(({ preset, more, json }) => ({ words: ['run', preset, '--dry-run', ...more, ...json] })),
    },
    {
      weight: 5,
      arbitrary: fc
        .record({ words: inStore, which: fc.nat(stored.length - 1), list: mutations, sealed: fc.option(changes) })
        .map(({ words, which, list, sealed }) => {
          const bytes = new Uint8Array(readFileSync(join(template, stored[which])));
          const hostile = sealed === null ? mutated(bytes, list) : sealedAnew(bytes, stored[which], sealed);
          return {
            words: [...words, '--store', 'store'],
            files: new Map([[`store/${stored[which]}`, hostile]]),
            store: true,
          };
        }),
    },
    {
      weight: 2,
      arbitrary: fc
        .record({ name: fc.constantFrom('mnist', 'cifar-10', 'cifar-100'), which: fc.nat(20), list: mutations })
        .map(({ name, which, list }) => {
          const own = [...dataSets()].filter(([file]) => file.startsWith(`${name}/`));
          const [target] = own[which % own.length];
          return {
            words: ['data', 'check', name, '--data', '.'],
            files: new Map(own.map(([file, bytes]) => [file, file === target ? mutated(bytes, list) : bytes])),
          };
        }),
    },
    {
      weight: 2,
      arbitrary: mutations.map((list) => ({
        words: ['run', 'quickstart', ...short, '--set', 'data.path=mine.npz', '--store', 'new'],
        files: new Map([['mine.npz', mutated(images, list)]]),
      })),
    },
    {
      weight: 2,
      arbitrary: fc
        .record({
          kind: fc.constantFrom('rgb8.png', 'palette8.png', 'la.png', '420.jpg', 'grey.jpeg'),
          list: mutations,
        })
        .map(({ kind, list }) => ({
          words: ['run', 'quickstart', ...short, '--set', 'data.path=mine', '--store', 'new'],
          files: pictures(kind, list),
        })),
    },
    {
      weight: 2,
      arbitrary: fc
        .record({
          command: fc.constantFrom(
            'run',
            'list',
            'show',
            'verify',
            'report',
            'export',
            'repair',
            'data',
            'study',
            'help',
            '',
            'rum',
          ),
          words: fc.array(
            fc.oneof(
              fc.constantFrom(
                'quickstart',
                '--json',
                '--store',
                '--trials',
                '-1',
                '1e9',
                '--levels',
                '--cell',
                '..',
                '/',
                '-',
                '--',
                '--input',
                '0x0x0',
                '999999999x1x1',
                '--classes',
                'lenet-300-100',
                'frontier',
                '--dry-run',
                '\u001b[31m',
              ),
              fc.string({ maxLength: 8, unit: 'binary' }),
            ),
            { maxLength: 4 },
          ),
        })
        .map(({ command, words }) => ({ words: [command, ...words, ...(command === 'run' ? ['--dry-run'] : [])] }))
        // Studies and verifications may train: those are other scenes, with small settings.
        .filter(({ words }) => words[0] !== 'study' || words.length < 3),
    },
  );
  // An argument of a process holds no NUL: no system can pass it, so that no command ever sees one.
  const possible = scenes.map((scene) => ({ ...scene, words: scene.words.map((word) => word.replaceAll('\0', '')) }));
  const attempts = possible.map(
    ({ words, files = new Map<string, Uint8Array>(), store = false }): Attempt => ({
      files: new Map([
        ['words.json', Buffer.from(JSON.stringify(words))],
        ...[...files].map(([name, bytes]): [string, Uint8Array] => [name.replaceAll('/', '~'), bytes]),
      ]),
      run: async () => {
        rmSync(place, { recursive: true, force: true });
        mkdirSync(place);
        if (store) cpSync(template, join(place, 'store'), { recursive: true });
        for (const [name, bytes] of files) write(join(place, name), bytes);
        const { code, out, err, megabytes } = await lottery(place, known, words);
        onMegabytes?.(megabytes);
        const shown = `lottery ${words.map((word) => JSON.stringify(word)).join(' ')}\n${(out + err).slice(-1500)}`;
        const complain = (what: string) => {
          throw new Fault(`${what}: ${printable(shown)}`);
        };
        if (code !== 0 && code !== 1 && code !== 2) complain(`it ended with ${code}`);
        if (/unexpected error:/.test(err + out)) complain('an unexpected error');
        if (/^\s+at .*[:(]\S*:?\d+:\d+/m.test(err + out)) complain('a stack trace');
        if (printable(out) !== out || printable(err) !== err) complain('control characters in its output');
        if (code !== 0 && (err + out).trim() === '') complain(`it ended with ${code} and said nothing`);
        if (megabytes > MOST_MEGABYTES) complain(`it took ${megabytes.toFixed(0)} MB`);
        return code === 0 ? 'accepted' : 'refused';
      },
    }),
  );
  return { name: 'command', what: 'the real command, in processes of its own', attempts };
};

function sealedAnew(bytes: Uint8Array, name: string, list: Parameters<typeof altered>[1]): Uint8Array {
  if (!name.endsWith('.json')) return bytes;
  const { sha256: _stated, ...fields } = altered(JSON.parse(Buffer.from(bytes).toString()), list) as Record<
    string,
    unknown
  >;
  return seal(fields);
}

function write(path: string, bytes: Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
}

interface Ended {
  readonly code: number | string | null;
  readonly out: string;
  readonly err: string;
  readonly megabytes: number;
}

function lottery(cwd: string, data: string, words: readonly string[]): Promise<Ended> {
  const { LOTTERY_STORE: _store, LOTTERY_DEBUG: _debug, ...env } = process.env;
  const peak = join(cwd, '..', 'peak');
  rmSync(peak, { force: true });
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--import', preload, main, ...words], {
      cwd,
      env: { ...env, LOTTERY_DATA: data, XDG_CACHE_HOME: join(data, 'none'), LOTTERY_FUZZ_PEAK: peak },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: (MOST_SECONDS + 5) * 1000,
      killSignal: 'SIGKILL',
    });
    const [out, err]: [Buffer[], Buffer[]] = [[], []];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.on('error', reject);
    child.on('close', (code, signal) => {
      let megabytes = 0;
      try {
        megabytes = Number(readFileSync(peak, 'utf8')) / 1024;
      } catch {
        // It was ended before it could say.
      }
      const text = (chunks: Buffer[]) => Buffer.concat(chunks).toString();
      resolve({ code: code ?? signal, out: text(out), err: text(err), megabytes });
    });
  });
}
