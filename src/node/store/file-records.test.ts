import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeStrokes } from '../../data/strokes/index.js';
import { DamageError } from '../../experiments/damage.js';
import { resolveSpecification } from '../../experiments/presets.js';
import type { RunRecord, StudyRecord } from '../../experiments/records.js';
import { factsOf } from '../../experiments/run-folder.js';
import { FileRecords } from './file-records.js';
import { layout } from './layout.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lottery-records-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const machine = { version: '1', engine: 'Node 20.20.2', platform: 'linux x64', processor: 'one' };
const common = {
  ...machine,
  command: 'a command',
  started: 'a time',
  finished: null,
  specification: resolveSpecification({}),
  dataset: factsOf(makeStrokes({ train: 20, test: 10 })),
} as const;
const run: RunRecord = { ...common, run: 'mine-0123abcd', cells: [] };
const study: StudyRecord = {
  ...common,
  folder: 'mine-fixture-0123abcd',
  study: 'fixture',
  options: {},
  cells: [],
  measurements: [],
};

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

describe('records of runs and studies', () => {
  it('are read as they were written, and listed by name', async () => {
    const records = new FileRecords(folder);
    expect([await records.listRuns(), await records.listStudies()]).toEqual([[], []]);
    expect([await records.readRun('none'), await records.readStudy('none')]).toEqual([null, null]);
    await records.writeRun({ ...run, run: 'second-00000000' });
    await records.writeRun(run);
    await records.writeStudy(study);
    expect(await records.listRuns()).toEqual(['mine-0123abcd', 'second-00000000']);
    expect(await records.readRun('mine-0123abcd')).toEqual(run);
    expect(await records.listStudies()).toEqual([study.folder]);
    expect(await records.readStudy(study.folder)).toEqual(study);
    await records.writeRun({ ...run, finished: 'later' });
    expect((await records.readRun(run.run))?.finished).toBe('later');
  });

  it('of earlier versions, which name a Node where these name an engine, are read alike', async () => {
    const { engine: _engine, ...rest } = run;
    write(layout.runRecord(folder, run.run), JSON.stringify({ format: 1, ...rest, node: 'v20.20.2' }));
    expect(await new FileRecords(folder).readRun(run.run)).toEqual(run);
  });

  it.each([
    ['{"format": 1', 'it is truncated, or not JSON'],
    ['', 'it is empty'],
    ['null', 'expected fields by name, found null'],
    ['[]', 'expected fields by name'],
    ['{}', 'it states no format'],
    ['{"format":1}', 'version: Invalid input'],
    ['{"format":2}', 'its SHA-256 is missing'],
  ])('that are %s are said to be damaged, and how', async (text, what) => {
    const records = new FileRecords(folder);
    write(layout.runRecord(folder, 'a'), text);
    write(layout.studyRecord(folder, 'a'), text);
    for (const read of [() => records.readRun('a'), () => records.readStudy('a')]) {
      await expect(read()).rejects.toThrow(DamageError);
      await expect(read()).rejects.toThrow(what);
    }
  });

  it('of a later format are left alone', async () => {
    write(layout.studyRecord(folder, 'b'), '{"format": 3}');
    await expect(new FileRecords(folder).readStudy('b')).rejects.toThrow(/has format 3.*Update lottery-lab/);
  });

  it('are found to be damaged wherever a single bit is wrong', async () => {
    const records = new FileRecords(folder);
    await records.writeRun(run);
    const path = layout.runRecord(folder, run.run);
    const bytes = readFileSync(path);
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.nat(7), async (at, bit) => {
        const broken = Buffer.from(bytes);
        broken[at] ^= 1 << bit;
        writeFileSync(path, broken);
        await expect(records.readRun(run.run)).rejects.toThrow();
      }),
    );
  });

  it('name no place but their own folder', async () => {
    const records = new FileRecords(folder);
    write(layout.runRecord(folder, run.run), JSON.stringify({ format: 1, ...run, run: '../../../escaped' }));
    await expect(records.readRun(run.run)).rejects.toThrow('it is the record of ../../../escaped, in the folder of');
    await expect(records.writeRunFiles('../../escaped', new Map())).rejects.toThrow('cannot name anything in a store');
    await expect(records.writeRunFiles('a', new Map([['../b', '']]))).rejects.toThrow('cannot name a file');
  });

  it('hold nothing that a terminal would obey', async () => {
    write(layout.runRecord(folder, run.run), JSON.stringify({ format: 1, ...run, command: '\u001b]0;owned\u0007' }));
    await expect(new FileRecords(folder).readRun(run.run)).rejects.toThrow('it has control characters in it');
  });

  it('have files beside them, in folders of their own', async () => {
    const files = new Map<string, string | Uint8Array>([
      ['report.html', '<p>'],
      ['figures/one.png', Uint8Array.of(1, 2)],
    ]);
    const place = await new FileRecords(folder).writeStudyFiles('mine', files);
    expect(place).toBe(join(folder, 'studies', 'mine'));
    expect(readFileSync(join(place, 'report.html'), 'utf8')).toBe('<p>');
    expect([...readFileSync(join(place, 'figures', 'one.png'))]).toEqual([1, 2]);
    const records = new FileRecords(folder);
    expect(await records.checkFiles({ kind: 'study', name: 'mine' })).toEqual([]);
    expect(await records.checkFiles({ kind: 'run', name: 'mine' })).toBeNull();
    writeFileSync(join(place, 'figures', 'one.png'), Uint8Array.of(1, 3));
    rmSync(join(place, 'report.html'));
    expect(await records.checkFiles({ kind: 'study', name: 'mine' })).toEqual([
      expect.stringContaining('report.html is missing'),
      expect.stringContaining('one.png is damaged'),
    ]);
  });
});
