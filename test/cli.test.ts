import { spawn } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeNpz } from '../src/data/npz.js';
import { decodeSafetensors } from '../src/node/formats/safetensors.js';

// The command as people run it: the built one, in processes of its own.
const main = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));

interface Finished {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lottery-cli-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Runs the command; `meddle` is given a way to send signals and what has been printed so far. */
function lottery(
  words: readonly string[],
  meddle?: (send: (signal: NodeJS.Signals) => void, printed: () => string) => void,
): Promise<Finished> {
  const { LOTTERY_STORE: _store, LOTTERY_DATA: _data, LOTTERY_DEBUG: _debug, ...environment } = process.env;
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [main, ...words], { cwd: folder, env: environment });
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk;
    });
    child.stderr.on('data', (chunk: Buffer) => {
      err += chunk;
    });
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, out, err }));
    meddle?.(
      (signal) => child.kill(signal),
      () => out + err,
    );
  });
}

const tiny = [
  ['--set', 'network.hidden=[20]'],
  ['--set', 'data.train=400'],
  ['--set', 'data.test=100'],
  ['--set', 'data.validation=100'],
  ['--set', 'iterations=60'],
  ['--set', 'evaluateEvery=20'],
  ['--trials', '2'],
  ['--levels', '3'],
].flat();

const runTiny = (store: string, ...more: string[]) => [
  'run',
  'quickstart',
  ...tiny,
  '--store',
  store,
  '--no-report',
  ...more,
];

const digestOf = ({ out }: Finished) => /Digest: ([0-9a-f]{64})/.exec(out)?.[1];

function cellFolders(store: string): string[] {
  const cells = join(folder, store, 'cells');
  return readdirSync(cells).flatMap((part) => readdirSync(join(cells, part)).map((id) => join(cells, part, id)));
}

describe('wrong usage', () => {
  it.each([
    [['rn'], 'Did you mean run?'],
    [['run'], "missing required argument 'preset|file'"],
    [['run', 'quickstrat'], 'did you mean quickstart?'],
    [['run', 'quickstart', '--trails', '3'], 'Did you mean --trials?'],
    [['run', 'quickstart', '--trials', 'three'], 'expected a whole number of at least 1'],
    [['run', 'quickstart', '--trials', '0'], 'expected a whole number of at least 1'],
    [['run', 'quickstart', '--set', 'iteration=5'], 'did you mean iterations?'],
    [['run', 'quickstart', '--set', 'testCurve="False"'], 'testCurve is the text "False"; expected true or false'],
    [['run', 'quickstart', '--set', 'pruning.sparsity=0.9'], 'pruning.rate'],
    [['run', 'quickstart', '--set', 'data.name=mnits'], 'did you mean mnist'],
    [['list', 'preset'], 'Allowed choices are presets'],
    [['show', 'lenet-mnits'], 'did you mean lenet-mnist'],
    [['show', 'nothing-like-it'], 'no preset, network, run or cell'],
    [['report', 'quickstart'], 'holds none'],
    [['verify', 'quickstart', '--replay', '-1'], 'expected a whole number, or all'],
    [['export', 'abcdef'], 'no cell in'],
    [['data', 'get', 'mnits'], 'did you mean mnist'],
    [[], 'Usage: lottery'],
  ])('%j exits 2 and says what was meant', async (words, expected) => {
    const { code, out, err } = await lottery(words);
    expect(out + err).toContain(expected);
    expect(out + err).not.toMatch(/^ +at /m);
    expect(code).toBe(2);
  });

  it('lists every mistake of a file, by its name', async () => {
    writeFileSync(join(folder, 'wrong.yaml'), 'extends: lenet-mnist\nbatch: 0\ntrails: 2\n');
    const { code, err } = await lottery(['run', 'wrong.yaml']);
    expect(code).toBe(2);
    expect(err).toContain('wrong.yaml has 2 mistakes');
    expect(err).toContain('did you mean trials?');
    writeFileSync(join(folder, 'broken.yaml'), 'a: [1\n');
    expect((await lottery(['run', 'broken.yaml'])).err).toContain('broken.yaml is not YAML');
  });
});

describe('help and lists', () => {
  it('has help with examples for every command', async () => {
    const commands = ['run', 'list', 'show', 'report', 'verify', 'data', 'export'];
    for (const { code, out } of await Promise.all(commands.map((command) => lottery([command, '--help'])))) {
      expect(code).toBe(0);
      expect(out).toMatch(/Examples?:\n +\$ lottery/);
    }
    expect((await lottery(['--version'])).out.trim()).toMatch(/^\d+\.\d+\.\d+$/);
  });

  it('says in doctor what computes, and what to do about what is missing', async () => {
    const { code, out } = await lottery(['doctor', '--json', '--data', join(folder, 'nowhere')]);
    expect(code).toBe(0);
    const { findings } = JSON.parse(out) as { findings: { what: string; ok: boolean; remedy: string | null }[] };
    expect(findings.map(({ what }) => what)).toEqual([
      'Node',
      'processor',
      'kernels',
      'native kernels',
      'data',
      'store',
    ]);
    expect(findings[0].ok).toBe(true);
    expect(findings[4]).toMatchObject({ ok: false, remedy: expect.stringContaining('make it, or name another') });
    expect((await lottery(['doctor'])).out).toMatch(/^\+ kernels: (native|WebAssembly), because /m);
  });

  it('lists what there is', async () => {
    const subjects = ['networks', 'datasets', 'initialisations', 'optimisers', 'scores', 'scopes', 'schedules'];
    subjects.push('controls', 'settings', 'runs');
    const lists = await Promise.all(subjects.map((what) => lottery(['list', what, '--json'])));
    for (const { code, out } of lists) {
      expect(code).toBe(0);
      expect(Array.isArray(JSON.parse(out))).toBe(true);
    }
    expect((await lottery(['list'])).out).toContain('lenet-mnist');
    expect((await lottery(['list', 'runs'])).out).toContain('No runs');
  });

  it('shows presets as YAML to start from, and networks', async () => {
    const { out } = await lottery(['show', 'lenet-mnist']);
    writeFileSync(join(folder, 'copy.yaml'), out);
    const plan = await lottery([
      'run',
      'copy.yaml',
      ...tiny,
      '--set',
      'data={name: strokes, train: 400, validation: 100}',
      '--dry-run',
      '--json',
    ]);
    expect(JSON.parse(plan.out).cells).toHaveLength(2 * (1 + 2 * 4));
    expect((await lottery(['show', 'lenet-300-100'])).out).toContain('266,200');
  });
});

describe('a run', () => {
  let digest: string | undefined;

  it('trains every cell once and ends with table, verdict and digest', async () => {
    const first = await lottery(runTiny('store', '--workers', '1'));
    expect(first.err).toBe('');
    expect(first.code).toBe(0);
    expect(first.out).toContain('10 cells to train.');
    expect(first.out).toMatch(/^dense +100 /m);
    expect(first.out).toMatch(/^2 +\d\d\.\d /m);
    expect(first.out).toContain('The ticket against its random re-initialisation');
    digest = digestOf(first);
    expect(digest).toBeDefined();
    const again = await lottery(runTiny('store'));
    expect(again.out).toContain('10 cells, all in the store already.');
    expect(digestOf(again)).toBe(digest);
  });

  it('gives the same bits on two workers, and one JSON document', async () => {
    const { code, out } = await lottery(runTiny('store-two', '--workers', '2', '--json'));
    expect(code).toBe(0);
    const results = JSON.parse(out);
    expect(results).toMatchObject({ digest, planned: 10, finished: 10, failed: [], notRun: [] });
    expect(results.cells).toHaveLength(10);
    expect(results.command).toContain("lottery run quickstart --set 'network.hidden=[20]'");
  });

  it('is reported with figures, and can be reported again', async () => {
    const words = runTiny('store-two').filter((word) => word !== '--no-report');
    const report = /Report: (.*)/.exec((await lottery(words)).out)?.[1] as string;
    const html = readFileSync(report, 'utf8');
    expect(html).toContain('<svg');
    expect(html).not.toMatch(/(src|href)="https?:/);
    const figures = readdirSync(join(dirname(report), 'figures'));
    for (const kind of ['svg', 'png', 'csv']) expect(figures.some((name) => name.endsWith(`.${kind}`))).toBe(true);
    rmSync(report);
    expect((await lottery(['report', 'quickstart', '--store', 'store-two'])).out).toContain(report);
    expect(readFileSync(report, 'utf8')).toBe(html);
  });

  it('trains only what is new when more is asked for', async () => {
    const { out } = await lottery([...runTiny('store'), '--trials', '3']);
    expect(out).toContain('15 cells, 10 in the store already, 5 to train.');
  });

  it('can be listed, shown and exported', async () => {
    const runs = JSON.parse((await lottery(['list', 'runs', '--store', 'store', '--json'])).out);
    expect(runs.map(({ cells }: { cells: string }) => cells)).toEqual(expect.arrayContaining(['10/10', '15/15']));
    const run = runs.find(({ cells }: { cells: string }) => cells === '10/10').name;
    expect((await lottery(['show', run, '--store', 'store'])).out).toContain(`Digest: ${digest}`);
    const results = JSON.parse((await lottery(['show', run, '--store', 'store', '--json'])).out);
    const ticket = results.cells.find(({ condition }: { condition: string }) => condition === 'ticket');
    expect((await lottery(['show', ticket.id.slice(0, 12), '--store', 'store'])).out).toContain(ticket.id);
    for (const format of ['safetensors', 'npz']) {
      for (const what of ['final', 'early-stop', 'mask']) {
        const file = `ticket-${what}.${format}`;
        const words = ['export', ticket.id.slice(0, 12), '--store', 'store', '--format', format, '--what', what];
        expect((await lottery([...words, '--out', file])).code).toBe(0);
        expect(readFileSync(join(folder, file)).length).toBeGreaterThan(1000);
      }
    }
    const header = readFileSync(join(folder, 'ticket-mask.safetensors'));
    const text = header.subarray(8, 8 + Number(header.readBigUInt64LE(0))).toString();
    expect(JSON.parse(text)['fc1.weight']).toMatchObject({ dtype: 'BOOL', shape: [20, 784] });
  });

  it('exports a ticket of units in the shapes of what was trained, in every format', async () => {
    const words = runTiny('units', '--set', 'pruning.structure=units', '--set', 'pruning.rate=0.4', '--trials', '1');
    const { cells } = JSON.parse((await lottery([...words, '--json'])).out) as {
      cells: { id: string; condition: string; level: number }[];
    };
    const idOf = (wanted: string) =>
      cells.find(({ condition, level }) => condition === wanted && level === (wanted === 'dense' ? 0 : 2))
        ?.id as string;
    const write = async (id: string, what: string, format: string) => {
      const { code, out } = await lottery([
        'export',
        id,
        '--store',
        'units',
        '--what',
        what,
        '--format',
        format,
        '--out',
        `units.${format}`,
      ]);
      expect(code).toBe(0);
      return { out, bytes: readFileSync(join(folder, `units.${format}`)) };
    };
    // Of 20 units 12 are left, then 7.
    const expected = { 'fc1.weight': [7, 784], 'fc1.bias': [7], 'fc2.weight': [10, 7], 'fc2.bias': [10] };
    for (const condition of ['ticket', 'reinitialise']) {
      for (const what of ['final', 'early-stop', 'mask']) {
        const shapes = Object.fromEntries(
          Object.entries(expected).filter(([name]) => what !== 'mask' || name.endsWith('weight')),
        );
        const tensors = await write(idOf(condition), what, 'safetensors');
        expect(tensors.out).toContain('units left: fc1 7 of 20');
        const decoded = decodeSafetensors(tensors.bytes, 'units.safetensors');
        expect(Object.fromEntries([...decoded].map(([name, { shape }]) => [name, shape]))).toEqual(shapes);
        const arrays = decodeNpz((await write(idOf(condition), what, 'npz')).bytes, 'units.npz');
        expect(Object.fromEntries([...arrays].map(([name, { shape }]) => [name, shape]))).toEqual(shapes);
        // A unit that is left has all its weights, so that nothing but survivors is written.
        for (const [name, { values }] of decoded) {
          if (name.endsWith('weight')) expect([...values].filter((value) => Number(value) === 0)).toHaveLength(0);
        }
      }
    }
    const dense = decodeSafetensors((await write(idOf('dense'), 'final', 'safetensors')).bytes, 'units.safetensors');
    expect(dense.get('fc1.weight')?.shape).toEqual([20, 784]);
    expect((await lottery(['export', '--help'])).out).toContain('pruned units left the network');
  });

  it('is verified by digests and by training again', async () => {
    const { code, out } = await lottery(['verify', 'quickstart', '--store', 'store-two', '--replay', '3']);
    expect(out).toContain('10 cells checked, 3 trained again.');
    expect(out.match(/same bits/g)).toHaveLength(3);
    expect(out).toContain(`Digest of the run: ${digest}`);
    expect(code).toBe(0);
  });

  it('goes on after Ctrl-C where it stopped, with the same digest', async () => {
    const slow = ['--set', 'iterations=4000', '--set', 'evaluateEvery=100', '--trials', '1'];
    let sent = false;
    const stopped = await lottery([...runTiny('interrupted'), ...slow], (send, printed) => {
      const timer = setInterval(() => {
        if (sent || !printed().includes('[1/')) return;
        sent = true;
        clearInterval(timer);
        send('SIGINT');
      }, 5);
    });
    expect(stopped.code).toBe(1);
    expect(stopped.err).toMatch(
      /Stopped\. [1-4] of 5 cells are finished and kept\. Resume with: lottery run quickstart/,
    );
    const resumed = await lottery([...runTiny('interrupted'), ...slow]);
    expect(resumed.out).toMatch(/5 cells, [1-4] in the store already/);
    const straight = await lottery([...runTiny('straight'), ...slow]);
    expect(digestOf(resumed)).toBeDefined();
    expect(digestOf(resumed)).toBe(digestOf(straight));
  });

  it('survives SIGKILL at any moment', async () => {
    // From before the store exists to amid the last cells.
    for (const delay of [150, 350, 450, 550, 650, 750, 900]) {
      await lottery(runTiny('killed'), (send) => setTimeout(() => send('SIGKILL'), delay));
    }
    const resumed = await lottery(runTiny('killed'));
    expect(resumed.err).toBe('');
    expect(digestOf(resumed)).toBe(digest);
    expect(readdirSync(join(folder, 'killed', 'tmp'))).toEqual([]);
    expect((await lottery(['verify', 'quickstart', '--store', 'killed'])).code).toBe(0);
  });

  it('goes on in the middle of a cell that was killed, with the same bits', async () => {
    const long = [
      '--set',
      'iterations=3000',
      '--trials',
      '1',
      '--levels',
      '1',
      '--workers',
      '1',
      '--checkpoint',
      '0.05',
    ];
    const straight = await lottery([...runTiny('long'), ...long]);
    const checkpoints = join(folder, 'cut', 'checkpoints');
    const cut = await lottery([...runTiny('cut'), ...long], (send) => {
      const timer = setInterval(() => {
        if (!existsSync(checkpoints) || !readdirSync(checkpoints).some((name) => name.endsWith('.safetensors'))) return;
        clearInterval(timer);
        send('SIGKILL');
      }, 2);
    });
    expect(cut.signal).toBe('SIGKILL');
    const resumed = await lottery([...runTiny('cut'), ...long]);
    expect(resumed.err).toBe('');
    expect(resumed.out).toMatch(/dense, trial 0, level 0 \(100\.00%\): resumes at iteration [\d,]+ of 3,000/);
    expect(digestOf(resumed)).toBe(digestOf(straight));
    expect(readdirSync(checkpoints)).toEqual([]);
  });

  it('trains one cell and what it is made from when only that is asked for', async () => {
    const plan = JSON.parse((await lottery([...runTiny('one'), '--dry-run', '--json'])).out);
    const last = plan.cells.find(
      (cell: { condition: string; level: number }) => cell.condition === 'ticket' && cell.level === 2,
    );
    const { code, out } = await lottery(runTiny('one', '--cell', last.id.slice(0, 10)));
    expect(code).toBe(0);
    expect(out).toContain('3 cells to train.');
    expect(out).toContain('3 of 10 cells are finished');
    expect(cellFolders('one')).toHaveLength(3);
  });

  it('reports a diverged network and what could not be trained for want of it', async () => {
    const wild = ['--set', 'optimiser={name: sgd, lr: 1e+30}', '--trials', '1'];
    const { code, out, err } = await lottery([...runTiny('wild'), ...wild]);
    expect(code).toBe(1);
    expect(out).toContain('dense, trial 0, level 0 (100.00%): diverged');
    expect(out).toContain('not run: ticket, trial 0, level 1');
    expect(err).toContain(
      '1 of 5 cells diverged, 4 of 5 cells could not be trained because cells they need are missing.',
    );
  });
});

describe('trouble', () => {
  it('names a corrupt cell, trains nothing from it, and alters nothing finished', async () => {
    cpSync(join(folder, 'store-two'), join(folder, 'corrupt'), { recursive: true });
    const dense = cellFolders('corrupt').find((path) => {
      const cell = JSON.parse(readFileSync(join(path, 'cell.json'), 'utf8')).cell;
      return cell.specification.mask === null;
    }) as string;
    const weights = join(dense, 'weights.safetensors');
    const bytes = readFileSync(weights);
    bytes[bytes.length - 5] ^= 1;
    writeFileSync(weights, bytes);
    const verified = await lottery(['verify', 'quickstart', '--store', 'corrupt']);
    expect(verified.code).toBe(1);
    expect(verified.err).toContain(`${weights} is corrupt`);
    // One level more for this trial needs nothing of the corrupt file; a cell made from it does.
    const ticket = cellFolders('corrupt').find((path) => {
      const { mask } = JSON.parse(readFileSync(join(path, 'cell.json'), 'utf8')).cell.specification;
      return mask !== null && dense.endsWith(mask.from);
    }) as string;
    rmSync(ticket, { recursive: true });
    const run = await lottery(runTiny('corrupt'));
    expect(run.code).toBe(1);
    expect(run.err).toContain('is corrupt');
    expect(run.err).not.toMatch(/^ +at /m);
    expect(readFileSync(weights).equals(bytes)).toBe(true);
    writeFileSync(join(dense, 'cell.json'), '{');
    const summary = await lottery(runTiny('corrupt'));
    expect(summary.code).toBe(1);
    expect(summary.err).toContain(`${join(dense, 'cell.json')} is corrupt`);
    rmSync(dense, { recursive: true });
    const mended = await lottery(runTiny('corrupt'));
    expect(mended.code).toBe(0);
    expect((await lottery(['verify', 'quickstart', '--store', 'corrupt'])).code).toBe(0);
  });

  it('refuses a store that cannot be written to, and says what to do', async () => {
    writeFileSync(join(folder, 'a-file'), '');
    for (const place of ['a-file', join('a-file', 'store')]) {
      const { code, err } = await lottery(runTiny(place));
      expect(code).toBe(1);
      expect(err).toContain('--store');
      expect(err).not.toMatch(/^ +at /m);
    }
    // Permissions do not bind the superuser; the system's own folders do.
    const locked = process.getuid?.() === 0 ? '/sys' : join(folder, 'locked');
    if (locked !== '/sys') {
      mkdirSync(locked);
      chmodSync(locked, 0o555);
    }
    const { code, err } = await lottery(runTiny(join(locked, 'store')));
    expect(code).toBe(1);
    expect(err).toMatch(/permission denied|read-only/);
  });

  it('ends when files may not be written any more, and loses nothing that is finished', async () => {
    cpSync(join(folder, 'store-two'), join(folder, 'full'), { recursive: true });
    const before = new Map(
      cellFolders('full').flatMap((path) =>
        readdirSync(path).map((name): [string, Buffer] => [join(path, name), readFileSync(join(path, name))]),
      ),
    );
    // A limit on the size of files stands for a full disk: it holds in any account, and the system enforces it.
    const words = [...runTiny('full'), '--trials', '3'].map((word) => `'${word}'`).join(' ');
    const { code, err } = await new Promise<{ code: number | null; err: string }>((resolve) => {
      const child = spawn('bash', ['-c', `ulimit -f 40; exec "${process.execPath}" "${main}" ${words}`], {
        cwd: folder,
      });
      let text = '';
      child.stdout.resume();
      child.stderr.on('data', (chunk: Buffer) => {
        text += chunk;
      });
      child.on('close', (status) => resolve({ code: status, err: text }));
    });
    expect(code).toBe(1);
    expect(err).toContain('a file may not grow so large here');
    expect(err).not.toMatch(/^ +at /m);
    for (const [path, bytes] of before) expect(readFileSync(path).equals(bytes), path).toBe(true);
    expect((await lottery([...runTiny('full'), '--trials', '3'])).code).toBe(0);
  });

  it('leaves a store of a later version alone', async () => {
    mkdirSync(join(folder, 'later'));
    writeFileSync(join(folder, 'later', 'store.json'), '{"format": 99}\n');
    for (const words of [runTiny('later'), ['list', 'runs', '--store', 'later']]) {
      const { code, err } = await lottery(words);
      expect(code).toBe(1);
      expect(err).toContain('format 99');
      expect(err).toContain('Update lottery-lab');
    }
    expect(readdirSync(join(folder, 'later'))).toEqual(['store.json']);
  });

  it('says so when asked for more data than there are', async () => {
    const { code, err } = await lottery([...runTiny('few'), '--set', 'data.validation=399', '--set', 'batch=1']);
    expect(code).toBe(0);
    expect(err).toBe('');
    const missing = await lottery([...runTiny('few'), '--set', 'data.path=nowhere.npz', '--set', 'data.train=200']);
    expect(missing.code).toBe(2);
    expect(missing.err).toContain('nowhere.npz');
  });

  it('ends quietly when its reader has gone', async () => {
    const child = spawn('sh', ['-c', `"${process.execPath}" "${main}" list settings | head -n 1`], { cwd: folder });
    let err = '';
    child.stderr.on('data', (chunk: Buffer) => {
      err += chunk;
    });
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect(code).toBe(0);
    expect(err).toBe('');
  });
});
