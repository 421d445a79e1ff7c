import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { seal } from '../../src/experiments/files/sealed-json.js';
import { commandIn, digestOf, runTiny } from '../fixtures/command.js';

const { lottery, path, cellFolders } = commandIn('verify');

/** The record of the only run of a store. */
const recordOf = (store: string): string => path(store, 'runs', readdirSync(path(store, 'runs'))[0], 'run.json');

const json = (file: string) => JSON.parse(readFileSync(file, 'utf8'));

/** Turns a bit of a file. */
function flip(file: string, at = -5): void {
  const bytes = readFileSync(file);
  bytes[at < 0 ? bytes.length + at : at] ^= 1;
  writeFileSync(file, bytes);
}

/** A file as format 1 has it: without a checksum of its own. */
function asFormat1(file: string, change: (fields: Record<string, unknown>) => unknown): void {
  const { format: _format, sha256: _sha256, ...fields } = json(file);
  writeFileSync(file, JSON.stringify({ format: 1, ...(change(fields) as object) }));
}

describe('a finished run', () => {
  let digest: string | undefined;

  beforeAll(async () => {
    digest = digestOf(await lottery(runTiny('good')));
    expect(digest).toBeDefined();
  });

  const copyOf = (name: string): string => {
    cpSync(path('good'), path(name), { recursive: true });
    return name;
  };
  const verify = (store: string, ...more: string[]) => lottery(['verify', 'quickstart', '--store', store, ...more]);
  const cellWhere = (store: string, so: (cell: { id: string; specification: Record<string, unknown> }) => boolean) =>
    cellFolders(store).find((folder) => so(json(join(folder, 'cell.json')).cell)) as string;

  it('is verified by checksums, by its plan and by training again', async () => {
    const { code, out } = await verify('good', '--replay', '3');
    expect(out).toContain('Checked 10 cells and 1 record against the plan of its settings; 3 made again.');
    expect(out.match(/same bits/g)).toHaveLength(3);
    expect(out).toContain('All that was checked matches.\nNot checked: report and figures of quickstart-');
    expect(out).toContain(`Digest of the run: ${digest}`);
    expect(code).toBe(0);
    const whole = await lottery(['verify', '--all', '--store', 'good', '--json']);
    expect(JSON.parse(whole.out)).toMatchObject({ checked: { cells: 10 }, problems: [], digests: [{ digest }] });
  });

  it('whose record was changed does not match, whatever was changed', async () => {
    copyOf('changed');
    flip(recordOf('changed'), 40);
    const flipped = await verify('changed');
    expect([flipped.code, flipped.out]).toEqual([1, expect.stringContaining('Nothing was checked.')]);
    expect(flipped.err).toContain('its SHA-256 is not the one that it states');
    for (const change of [{ iterations: 61 }, { seed: 1 }, { optimiser: { name: 'adam', lr: 0.5 } }, { trials: 0 }]) {
      cpSync(recordOf('good'), recordOf('changed'));
      asFormat1(recordOf('changed'), ({ specification, ...rest }) => ({
        ...rest,
        specification: { ...(specification as object), ...change },
      }));
      const { code, out, err } = await verify('changed');
      expect(code, JSON.stringify(change)).toBe(1);
      expect(out).not.toContain('matches');
      expect(err).toMatch(/has the settings of quickstart-|trials is 0/);
    }
  });

  it('of which nothing is trained yet is not said to match', async () => {
    copyOf('empty');
    rmSync(path('empty', 'cells'), { recursive: true });
    const { code, out } = await verify('empty');
    expect(code).toBe(0);
    expect(out).toContain('Checked 1 record against the plan of its settings.\nNot checked: 10 cells not trained yet;');
    expect(out).not.toContain('matches');
  });

  it('makes a damaged cell again, and trains nothing from what was damaged', async () => {
    copyOf('damaged');
    const dense = cellWhere('damaged', ({ specification }) => specification.mask === null);
    const weights = join(dense, 'weights.safetensors');
    flip(weights);
    const verified = await verify('damaged');
    expect(verified.code).toBe(1);
    expect(verified.err).toContain(`${weights} is damaged`);
    const ticket = cellWhere('damaged', ({ specification }) =>
      dense.endsWith((specification.mask as { from?: string } | null)?.from ?? '-'),
    );
    rmSync(ticket, { recursive: true });
    const run = await lottery(runTiny('damaged'));
    expect(run.out).toContain(`damaged: ${weights} is damaged`);
    expect(run.out).toMatch(/It is moved to .*damaged.cell-[0-9a-f]{64}, and made again/);
    expect([run.code, digestOf(run)]).toEqual([0, digest]);
    expect((await verify('damaged')).code).toBe(0);
  });

  it.each([
    ['its summary is gone', (folder: string) => rmSync(join(folder, 'cell.json'))],
    ['its summary is cut short', (folder: string) => writeFileSync(join(folder, 'cell.json'), '{')],
    ['its curves are another’s', (folder: string) => flip(join(folder, 'history.parquet'))],
    [
      'its mask is not listed',
      (folder: string) =>
        asFormat1(join(folder, 'cell.json'), ({ files, ...rest }) => {
          const { 'mask.safetensors': _, ...others } = files as Record<string, unknown>;
          return { ...rest, files: others };
        }),
    ],
  ])('makes a cell again where %s', async (name, harm) => {
    const store = copyOf(name.replaceAll(/\W/g, '-'));
    const ticket = cellWhere(store, ({ specification }) => specification.mask !== null);
    harm(ticket);
    if (name.includes('mask')) {
      const words = ['export', ticket.slice(-64), '--what', 'mask', '--store', store, '--out', 'x.npz'];
      const exported = await lottery(words);
      expect([exported.code, exported.err]).toEqual([1, expect.stringContaining('is damaged')]);
    }
    const run = await lottery(runTiny(store));
    expect([run.code, digestOf(run)]).toEqual([0, digest]);
    expect(run.out).toContain('damaged: ');
    expect(readdirSync(path(store, 'damaged'))).toEqual([`cell-${ticket.slice(-64)}`]);
    expect((await verify(store)).code).toBe(0);
  });

  it('writes a damaged record and a damaged store.json again', async () => {
    copyOf('record');
    writeFileSync(recordOf('record'), readFileSync(recordOf('record')).subarray(0, 99));
    writeFileSync(path('record', 'store.json'), '');
    for (const words of [
      ['report', 'quickstart'],
      ['verify', 'quickstart'],
      ['list', 'runs'],
    ]) {
      const { code, err } = await lottery([...words, '--store', 'record']);
      expect([code, err]).toEqual([1, expect.stringContaining('is damaged: it is empty. lottery repair moves')]);
    }
    const run = await lottery(runTiny('record'));
    expect([run.code, digestOf(run)]).toEqual([0, digest]);
    expect(readdirSync(path('record', 'damaged'))).toHaveLength(2);
    expect((await verify('record')).code).toBe(0);
  });

  it('is repaired by the command of that name, which says what makes it again', async () => {
    copyOf('repaired');
    const [one, two] = cellFolders('repaired');
    flip(join(one, 'cell.json'), 100);
    flip(join(two, 'early-stop.safetensors'));
    mkdirSync(path('repaired', 'checkpoints'));
    writeFileSync(path('repaired', 'checkpoints', `${'a'.repeat(64)}.checkpoint`), 'nothing');
    const found = await lottery(['verify', '--all', '--store', 'repaired']);
    expect(found.err.match(/wrong:/g)).toHaveLength(3);
    const repaired = await lottery(['repair', '--store', 'repaired']);
    expect(repaired.out.match(/^damaged:/gm)).toHaveLength(3);
    expect(repaired.out).toMatch(/What was moved is made again by:\n {2}lottery run quickstart/);
    expect((await lottery(['repair', '--store', 'repaired'])).out).toMatch(/nothing is damaged/);
    const run = await lottery(runTiny('repaired'));
    expect(run.out).toContain('8 in the store already, 2 to train');
    expect(digestOf(run)).toBe(digest);
  });

  it('has no way out of its store, and nothing that a terminal obeys', async () => {
    copyOf('hostile');
    const record = recordOf('hostile');
    const { format: _format, sha256: _sha256, ...fields } = json(record);
    writeFileSync(record, seal({ format: 2, ...fields, run: '../../../escaped' }));
    const report = await lottery(['report', 'quickstart', '--store', 'hostile']);
    expect([report.code, report.err]).toEqual([1, expect.stringContaining('it is the record of ../../../escaped')]);
    writeFileSync(record, seal({ format: 2, ...fields, command: '\u001b]0;owned\u0007' }));
    const listed = await lottery(['list', 'runs', '--store', 'hostile']);
    expect(`${listed.out}${listed.err}`).not.toContain('\u001b');
    expect(listed.out).toContain('it has control characters in it');
    const markup = { ...fields, command: '<script>alert(1)</script>' };
    writeFileSync(record, seal({ format: 2, ...markup }));
    expect((await lottery(['report', 'quickstart', '--store', 'hostile'])).code).toBe(0);
    expect(readFileSync(join(record, '..', 'report.html'), 'utf8')).not.toContain('<script>alert');
  });
});
