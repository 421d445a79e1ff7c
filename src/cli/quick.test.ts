import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { fixtureResults } from '../../test/fixtures/run-results.js';
import type { PlannedCell } from '../experiments/graph.js';
import { cellTask } from '../experiments/tasks/index.js';
import { UsageError } from './errors.js';
import { progressView } from './progress/index.js';
import { loadSpecification, quickNote, runCommand } from './specification.js';
import { runJson, summaryText } from './summary.js';
import type { Output } from './terminal.js';

const folder = mkdtempSync(join(tmpdir(), 'lottery-quick-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe('--quick', () => {
  it('takes the quick form of a preset, under a name of its own, with the other options over it', () => {
    const specification = loadSpecification('lenet-mnist', { quick: true, set: ['iterations=2ep'], trials: 1 });
    expect(specification).toMatchObject({ name: 'lenet-mnist-quick', iterations: '2ep', trials: 1, levels: 7 });
    expect(loadSpecification('lenet-mnist', {})).toMatchObject({ name: 'lenet-mnist', levels: 19 });
  });

  it('takes that of the preset which a file extends', () => {
    const path = file('mine.yaml', 'extends: lenet-mnist\nseed: 5\niterations: 160ep\n');
    expect(loadSpecification(path, { quick: true })).toMatchObject({ name: 'mine-quick', seed: 5, iterations: 3_000 });
    const own = file('own.yaml', 'batch: 10\n');
    expect(() => loadSpecification(own, { quick: true })).toThrow(UsageError);
    expect(() => loadSpecification('quickstart', { quick: true })).toThrow(/quickstart has no quick form/);
  });

  it('is part of the command that makes the run again', () => {
    expect(runCommand('lenet-mnist', { quick: true, levels: 3 })).toBe('lottery run lenet-mnist --quick --levels 3');
    expect(runCommand('lenet-mnist', {})).toBe('lottery run lenet-mnist');
  });

  it('says plainly what it is', () => {
    const note = quickNote('lenet-mnist', loadSpecification('lenet-mnist', { quick: true }));
    expect(note).toContain('Quick form of lenet-mnist');
    expect(note).toContain('3 trials, 7 levels and 3,000 iterations a network on 12,000 examples');
    expect(note).toContain('not those of the full settings');
    expect(quickNote('x', loadSpecification('lenet-mnist', { set: ['iterations=2ep'], trials: 1 }))).toContain(
      '1 trial, 19 levels and 2 epochs a network.',
    );
  });
});

describe('layer collapse', () => {
  const place = { condition: 'ticket', trial: 1, level: 3, draw: 0, density: 0.02 } as const;
  const task = cellTask({ id: 'aa', cost: 1, parents: [], ...place } as unknown as PlannedCell);

  it('is said by the names of the layers when a cell is finished, on a terminal and in a log', () => {
    for (const isTTY of [true, false]) {
      let text = '';
      const output = { isTTY, columns: 100, write: (more: string) => (text += more) } as unknown as Output;
      const view = progressView(output, { replayCommand: () => '' });
      view.onEvent({ kind: 'planned', tasks: [task], present: new Set() });
      const outcome = { kind: 'cell', status: 'done', seconds: 1, testAccuracy: 0.1, peakMemoryBytes: 0 } as const;
      const collapsed = ['conv3', 'fc1'];
      view.onEvent({ kind: 'finished', task, slot: 0, outcome: { ...outcome, collapsed, digests: {} as never } });
      view.onEvent({ kind: 'finished', task, slot: 0, outcome: { ...outcome, collapsed, digests: {} as never } });
      view.close();
      expect(text.match(/layer collapse/g)).toHaveLength(1);
      expect(text).toContain('layer collapse: ticket, trial 1, level 3 (2.00%): no weight is left in conv3, fc1');
    }
  });

  it('stands in the summary and in the JSON, once a ticket', () => {
    const results = fixtureResults({ levels: 3, trials: 2 });
    const plain = { isTTY: false, write: () => true } as unknown as Output;
    expect(summaryText(results, { output: plain })).not.toContain('Layer collapse');
    const cells = results.cells.map((found) =>
      found.level === 2 && found.trial === 1
        ? { ...found, layers: found.layers.map((count) => (count.layer === 'fc2' ? { ...count, kept: 0 } : count)) }
        : found,
    );
    const text = summaryText({ ...results, cells }, { output: plain });
    expect(text.match(/Layer collapse: ticket, trial 1, level 2 .* has no weight left in fc2\./g)).toHaveLength(1);
    expect(runJson({ ...results, cells }, {}).collapsed).toMatchObject([{ layers: ['fc2'] }]);
  });
});
