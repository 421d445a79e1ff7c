import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { commandIn, tiny } from '../fixtures/command.js';

const { lottery, path } = commandIn('usage');

describe('wrong usage', () => {
  it.each([
    [['rn'], 'Did you mean run?'],
    [['run'], "missing required argument 'preset|file'"],
    [['run', 'quickstrat'], 'did you mean quickstart?'],
    [['run', 'quickstart', '--trails', '3'], 'Did you mean --trials?'],
    [['run', 'quickstart', '--trials', 'three'], 'expected a whole number of at least 1'],
    [['run', 'quickstart', '--trials', '0'], 'expected a whole number of at least 1'],
    [
      ['run', 'quickstart', '--set', 'iteration=5'],
      '--set iteration=5: unknown setting iteration; did you mean iterations?',
    ],
    [['run', 'quickstart', '--set', 'iterations'], '--set iterations: expected path=value'],
    [['run', 'quickstart', '--set', 'extends=lenet-mnist'], '--set extends cannot be changed so'],
    [['run', 'quickstart', '--set', 'testCurve="False"'], 'testCurve is the text "False"; expected true or false'],
    [['run', 'quickstart', '--set', 'pruning.sparsity=0.9'], 'pruning.rate'],
    [['run', 'quickstart', '--set', 'data.name=mnits'], 'did you mean mnist'],
    [['list', 'preset'], 'preset is nothing that can be listed; did you mean presets?'],
    [['list', 'xyzzy'], 'xyzzy is nothing that can be listed; what can be is presets, networks, '],
    [['show', 'lenet-mnits'], 'did you mean lenet-mnist'],
    [['show', 'nothing-like-it'], 'is not a preset, network, run or cell'],
    [['report', 'quickstart'], 'it has no runs'],
    [['verify', 'quickstart', '--replay', '-1'], 'expected a whole number, or all'],
    [['export', 'abcdef'], 'no cell in'],
    [['export', '05b'], "05b is too short for the beginning of a cell's name; give at least four digits of it."],
    [['data', 'get', 'mnits'], 'did you mean mnist'],
    [[], 'Usage: lottery'],
  ])('%j exits 2 and says what was meant', async (words, expected) => {
    const { code, out, err } = await lottery(words);
    expect(out + err).toContain(expected);
    expect(out + err).not.toMatch(/^ +at /m);
    expect(code).toBe(2);
  });

  it('lists every mistake of a file, by its name', async () => {
    writeFileSync(path('wrong.yaml'), 'extends: lenet-mnist\nbatch: 0\ntrails: 2\n');
    const { code, err } = await lottery(['run', 'wrong.yaml']);
    expect(code).toBe(2);
    expect(err).toContain('wrong.yaml has 2 mistakes');
    expect(err).toContain('did you mean trials?');
    writeFileSync(path('broken.yaml'), 'a: [1\n');
    expect((await lottery(['run', 'broken.yaml'])).err).toContain('broken.yaml: it is not YAML');
  });
});

describe('help and lists', () => {
  it('has help with examples for every command', async () => {
    const commands = ['run', 'list', 'show', 'report', 'verify', 'data', 'export', 'lab'];
    for (const { code, out } of await Promise.all(commands.map((command) => lottery([command, '--help'])))) {
      expect(code).toBe(0);
      expect(out).toMatch(/Examples?:\n +\$ lottery/);
    }
    expect((await lottery(['--version'])).out.trim()).toMatch(/^\d+\.\d+\.\d+$/);
  });

  it('says in doctor what computes, and what to do about what is missing', async () => {
    const { code, out } = await lottery(['doctor', '--json', '--data', path('nowhere')]);
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
    expect(findings[4]).toMatchObject({ ok: false, remedy: expect.stringContaining('create it, or name another') });
    expect((await lottery(['doctor'])).out).toMatch(/^\+ kernels: (native|WebAssembly), because /m);
  });

  it('lists what there is', async () => {
    const subjects = ['networks', 'datasets', 'initialisations', 'optimisers', 'scores', 'scopes', 'schedules'];
    subjects.push('controls', 'settings', 'runs', 'studies');
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
    writeFileSync(path('copy.yaml'), out);
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
