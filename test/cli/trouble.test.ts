import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { commandIn, main, runTiny } from '../fixtures/command.js';

const { lottery, path, program, cellFolders } = commandIn('trouble');

describe('trouble', () => {
  beforeAll(async () => {
    expect((await lottery(runTiny('store-two'))).code).toBe(0);
  });

  it('refuses a store that cannot be written to, and says what to do', async () => {
    writeFileSync(path('a-file'), '');
    for (const place of ['a-file', join('a-file', 'store')]) {
      const { code, err } = await lottery(runTiny(place));
      expect(code).toBe(1);
      expect(err).toContain('--store');
      expect(err).not.toMatch(/^ +at /m);
    }
    // Permissions do not bind the superuser; the system's own folders do.
    const locked = process.getuid?.() === 0 ? '/sys' : path('locked');
    if (locked !== '/sys') {
      mkdirSync(locked);
      chmodSync(locked, 0o555);
    }
    const { code, err } = await lottery(runTiny(join(locked, 'store')));
    expect(code).toBe(1);
    expect(err).toMatch(/permission denied|read-only/);
    expect(err).toContain('Another folder is named with --store or LOTTERY_STORE.');
  });

  it('says of a file outside the store what is wrong, and nothing of the store', async () => {
    const [cell] = cellFolders('store-two').map((folder) => folder.slice(-64));
    const words = ['export', cell.slice(0, 12), '--store', 'store-two', '--out', join('no', 'such', 'folder.npz')];
    const { code, err } = await lottery(words);
    expect(code).toBe(1);
    expect(err).toContain(`cannot write ${join('no', 'such', 'folder.npz')}: `);
    expect(err).not.toContain('--store');
  });

  it('ends when files may not be written any more, and loses nothing that is finished', async () => {
    cpSync(path('store-two'), path('full'), { recursive: true });
    const before = new Map(
      cellFolders('full').flatMap((path) =>
        readdirSync(path).map((name): [string, Buffer] => [join(path, name), readFileSync(join(path, name))]),
      ),
    );
    // A limit on the size of files stands for a full disk: it holds in any account, and the system enforces it.
    const words = [...runTiny('full'), '--trials', '3'].map((word) => `'${word}'`).join(' ');
    const { code, err } = await program('bash', '-c', `ulimit -f 40; exec "${process.execPath}" "${main}" ${words}`);
    expect(code).toBe(1);
    expect(err).toContain('a file may not grow so large here');
    expect(err).not.toMatch(/^ +at /m);
    for (const [path, bytes] of before) expect(readFileSync(path).equals(bytes), path).toBe(true);
    expect((await lottery([...runTiny('full'), '--trials', '3'])).code).toBe(0);
  });

  it('leaves a store of a later version alone', async () => {
    mkdirSync(path('later'));
    writeFileSync(path('later', 'store.json'), '{"format": 99}\n');
    for (const words of [runTiny('later'), ['list', 'runs', '--store', 'later']]) {
      const { code, err } = await lottery(words);
      expect(code).toBe(1);
      expect(err).toContain('format 99');
      expect(err).toContain('Update lottery-lab, or use another folder. Another folder is named with --store');
    }
    expect(readdirSync(path('later'))).toEqual(['store.json']);
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
    const { code, err } = await program('sh', '-c', `"${process.execPath}" "${main}" list settings | head -n 1`);
    expect(code).toBe(0);
    expect(err).toBe('');
  });
});
