import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunRecord, StudyRecord } from '../../experiments/records.js';
import { FileRecords } from './file-records.js';
import { layout } from './layout.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lottery-records-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const machine = { version: '1', engine: 'Node 20.20.2', platform: 'linux x64', processor: 'one' };
const common = { format: 1, ...machine, command: 'a command', started: 'a time', finished: null } as const;
const run = { ...common, run: 'mine-0123abcd', cells: [] } as unknown as RunRecord;
const study = { ...common, folder: 'mine-fixture-0123abcd', study: 'fixture', options: {} } as unknown as StudyRecord;

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
    write(layout.runRecord(folder, run.run), JSON.stringify({ ...rest, node: 'v20.20.2' }));
    expect(await new FileRecords(folder).readRun(run.run)).toEqual(run);
  });

  it('that are not whole, or of a later layout, are answered with what to do', async () => {
    const records = new FileRecords(folder);
    write(layout.runRecord(folder, 'a'), '{"format": 1');
    await expect(records.readRun('a')).rejects.toThrow(/is not JSON; repeat the run's command/);
    write(layout.studyRecord(folder, 'b'), '{"format": 2}');
    await expect(records.readStudy('b')).rejects.toThrow(/has layout 2.*update lottery-lab/);
    write(layout.runRecord(folder, 'c'), 'null');
    await expect(records.readRun('c')).rejects.toThrow(/has layout undefined/);
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
  });
});
