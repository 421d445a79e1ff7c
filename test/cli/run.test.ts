import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodeNpz } from '../../src/data/formats/npz.js';
import { decodeSafetensors } from '../../src/experiments/files/safetensors.js';
import { commandIn, digestOf, runTiny } from '../fixtures/command.js';
import { fieldsOf, recordsOf } from '../fixtures/read-csv.js';

const { lottery, path, cellFolders } = commandIn('run');

/** The numbers beside a report, file by file. */
function numbersBeside(report: string): Record<string, string> {
  const names = ['findings.csv', 'tables/levels.csv', 'trainings.csv'];
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(dirname(report), name), 'utf8')]));
}

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
    const numbers = numbersBeside(report);
    rmSync(report);
    for (const name of Object.keys(numbers)) rmSync(join(dirname(report), name));
    expect((await lottery(['report', 'quickstart', '--store', 'store-two'])).out).toContain(report);
    expect(readFileSync(report, 'utf8')).toBe(html);
    expect(numbersBeside(report)).toEqual(numbers);
  });

  it('has its trainings beside the report, of which the means of its table are', async () => {
    // A loss that some trainings have before the end and others never.
    const words = runTiny('measured', '--set', 'measures.loss=1.05', '--json').filter((word) => word !== '--no-report');
    const results = JSON.parse((await lottery(words)).out);
    const numbers = numbersBeside(results.report);
    const trainings = recordsOf(numbers['trainings.csv']);
    expect(trainings.map(({ cell }) => cell)).toEqual(results.cells.map(({ id }: { id: string }) => id));
    const reached = trainings.filter((row) => row.iterations_to_loss !== '');
    expect(reached.length).toBeGreaterThan(0);
    expect(reached.length).toBeLessThan(trainings.length);
    const [head, ...levels] = fieldsOf(numbers['tables/levels.csv']);
    expect(head.slice(2, 8)).toEqual([
      'iterations to a validation loss of 1.05',
      'mean validation loss',
      'early stop (iteration)',
      'least to greatest',
      'test accuracy at early stop',
      'at the end',
    ]);
    expect(levels.map(([level]) => level)).toEqual(['0', '1', '2']);
    for (const [level, , toLoss, meanLoss, earlyStop, , atEarlyStop, atEnd] of levels) {
      const own = trainings.filter((row) => row.level === level && ['dense', 'ticket'].includes(row.condition));
      expect(own.map(({ trial, draw, status }) => [trial, draw, status])).toEqual([
        ['1', '1', 'done'],
        ['2', '1', 'done'],
      ]);
      const mean = (of: (row: Record<string, string>) => string) =>
        own.reduce((sum, row) => sum + Number(of(row)), 0) / own.length;
      const isCensored = own.some((row) => row.iterations_to_loss === '');
      const time = Math.round(mean((row) => row.iterations_to_loss || row.end_iteration));
      expect(toLoss).toBe(`${isCensored ? '≥ ' : ''}${time}`);
      expect(meanLoss).toBe(mean((row) => row.mean_validation_loss).toFixed(3));
      expect(earlyStop).toBe(String(Math.round(mean((row) => row.early_stop_iteration))));
      expect(atEarlyStop).toBe(`${(100 * mean((row) => row.test_accuracy_at_early_stop)).toFixed(2)}%`);
      expect(atEnd).toBe(`${(100 * mean((row) => row.test_accuracy_at_end)).toFixed(2)}%`);
    }
    const said = recordsOf(numbers['findings.csv']);
    expect(said[0]).toEqual({ outcome: '', text: results.headline });
    expect(said.slice(1).map(({ text }) => text)).toEqual(
      results.statements.map(({ sentence }: { sentence: string }) => sentence),
    );

    // They are of the report, which is checked and made again as a whole.
    const place = dirname(results.report);
    for (const name of Object.keys(numbers)) writeFileSync(join(place, name), `${numbers[name]}\n`);
    const damaged = await lottery(['verify', 'quickstart', '--store', 'measured']);
    expect(damaged.code).toBe(1);
    for (const name of Object.keys(numbers)) expect(damaged.err).toContain(`${join(...name.split('/'))} is damaged`);
    await lottery(['report', 'quickstart', '--store', 'measured']);
    expect(numbersBeside(results.report)).toEqual(numbers);
    expect((await lottery(['verify', 'quickstart', '--store', 'measured'])).code).toBe(0);
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
        expect(readFileSync(path(file)).length).toBeGreaterThan(1000);
      }
    }
    const header = readFileSync(path('ticket-mask.safetensors'));
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
      return { out, bytes: readFileSync(path(`units.${format}`)) };
    };
    // Of 20 units 12 are left, then 7.
    const expected = { 'fc1.weight': [7, 784], 'fc1.bias': [7], 'fc2.weight': [10, 7], 'fc2.bias': [10] };
    for (const condition of ['ticket', 'reinitialise']) {
      for (const what of condition === 'ticket' ? ['final', 'early-stop', 'mask'] : ['final']) {
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
    expect((await lottery(['export', '--help'])).out).toContain('pruned units are removed from the network');
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

  it('reports a diverged network and what could not be trained without it', async () => {
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
