import { describe, expect, it } from 'vitest';
import type { PlannedCell } from '../../experiments/graph.js';
import { cellTask, measurementTask, type Task } from '../../experiments/tasks/index.js';
import { clockTime, cutTo, flopText, type Output, paintFor, percent, roughTime, table, wrap } from '../terminal.js';
import { Estimate, finishedText, lossText, plannedText, progressView } from './index.js';

const cell = (id: string, cost: number): Task =>
  cellTask({
    id,
    cost,
    condition: 'ticket',
    trial: 0,
    level: 3,
    draw: 0,
    density: 0.5128,
    parents: [],
    specification: { initialisation: { name: 'glorot-normal', seed: 42 } },
  } as unknown as PlannedCell);

const measurement = (id: string, cost: number): Task =>
  measurementTask({ id, cost, label: `line ${id}`, specification: { kind: 'line', version: 1, cells: [] } });

const at = (iteration: number, resumedAt: number, firstIteration = 0) => ({
  kind: 'cell' as const,
  iteration,
  iterations: 100,
  firstIteration,
  resumedAt,
  validationLoss: 0,
  validationAccuracy: 0,
});

class Recorder {
  text = '';
  isTTY: boolean;
  columns = 60;

  constructor(isTTY: boolean) {
    this.isTTY = isTTY;
  }

  write(text: string): boolean {
    this.text += text;
    return true;
  }
}

describe('the time left', () => {
  it('counts work by cost, not by cells', () => {
    const [dense, sparse] = [cell('a', 1), cell('b', 0.25)];
    const estimate = new Estimate([dense, sparse, cell('c', 2)], new Set(['c']), 0);
    expect(estimate.share()).toBeCloseTo(2 / 3.25);
    estimate.start(dense, 0);
    expect(estimate.secondsLeft(10_000)).toBeNull();
    estimate.progress(dense, at(50, 0), 10_000);
    expect(estimate.secondsLeft(10_000)).toBeCloseTo((0.75 / 0.5) * 10);
    estimate.settle(dense, 20_000);
    expect(estimate.secondsLeft(20_000)).toBeCloseTo(5);
    estimate.start(sparse, 20_000);
    estimate.settle(sparse, 25_000);
    expect(estimate.secondsLeft(25_000)).toBe(0);
    expect(estimate.share()).toBe(1);
  });

  it('counts what a checkpoint or a rewind spared as done, and not as done in this time', () => {
    const [resumed, rewound] = [cell('a', 1), cell('b', 1)];
    const estimate = new Estimate([resumed, rewound], new Set(), 0);
    estimate.start(resumed, 0);
    estimate.progress(resumed, at(60, 60), 0);
    expect(estimate.share()).toBeCloseTo(0.3);
    estimate.start(rewound, 0);
    estimate.progress(resumed, at(80, 60), 7_000);
    estimate.progress(rewound, at(60, 20, 20), 7_000);
    expect(estimate.share()).toBeCloseTo(0.8 / 2 + 0.5 / 2);
    expect(estimate.secondsLeft(7_000)).toBeCloseTo(7);
    estimate.settle(resumed, 10_000);
    estimate.settle(rewound, 10_000);
    expect(estimate.share()).toBeCloseTo(1);
    expect(estimate.secondsLeft(10_000)).toBeCloseTo(0);
  });

  it('has a pace for cells and one for measurements, whose costs are in other units', () => {
    const [first, second] = [cell('a', 1), cell('b', 1)];
    const [line, other] = [measurement('c', 1000), measurement('d', 500)];
    const estimate = new Estimate([first, second, line, other], new Set(), 0);
    estimate.start(first, 0);
    estimate.settle(first, 10_000);
    expect(estimate.secondsLeft(10_000)).toBeCloseTo(10);
    // Both at once: each has half of the time.
    estimate.start(second, 10_000);
    estimate.start(line, 10_000);
    estimate.settle(second, 14_000);
    estimate.settle(line, 14_000);
    expect(estimate.secondsLeft(14_000)).toBeCloseTo(1);
    expect(estimate.share()).toBeCloseTo((12 + 2) / (12 + 3));
  });
});

describe('texts about tasks', () => {
  const tasks = [cell('a', 1), cell('b', 1), measurement('c', 1)];
  const nothing = {
    executed: [],
    present: [],
    found: [],
    left: [],
    diverged: [],
    failed: [],
    blocked: [],
    mended: [],
    aborted: false,
    fatal: null,
  };

  it('count cells and measurements', () => {
    expect(plannedText(tasks, new Set(['a']))).toBe(
      '2 cells, 1 in the store already, 1 to train.\n1 measurement to make.',
    );
    expect(plannedText(tasks.slice(0, 1), new Set(['a']))).toBe('1 cell, all in the store already.');
    expect(finishedText(tasks, { ...nothing, executed: [tasks[0]], present: [tasks[2]] })).toBe(
      '1 of 2 cells and 1 of 1 measurement',
    );
  });

  it('say what is missing and why', () => {
    expect(
      lossText(
        {
          ...nothing,
          failed: [{ task: tasks[0], error: new Error('broke') }],
          blocked: [{ task: tasks[2], reason: 'ticket failed' }],
        },
        tasks,
      ),
    ).toBe(
      '1 of 2 cells failed, 1 of 1 measurement could not be made because cells it needs are missing:\n  ticket, trial 0, level 3 (51.28%): broke',
    );
  });
});

describe('progress', () => {
  const events = (output: Recorder) => {
    let now = 0;
    const view = progressView(output as unknown as Output, {
      replayCommand: (failed) => `lottery run x --cell ${failed.id}`,
      clock: () => now,
    });
    const [a, b, c] = [cell('aa', 1), cell('bb', 1), cell('cc', 1)];
    view.onEvent({ kind: 'planned', tasks: [a, b, c], present: new Set() });
    view.onEvent({ kind: 'started', task: a, slot: 0 });
    now = 4000;
    view.onEvent({
      kind: 'finished',
      task: a,
      slot: 0,
      outcome: {
        kind: 'cell',
        status: 'done',
        seconds: 4,
        testAccuracy: 0.98125,
        peakMemoryBytes: 5,
        collapsed: [],
        digests: {} as never,
      },
    });
    view.onEvent({ kind: 'failed', task: b, slot: 0, error: new Error('out of memory') });
    view.onEvent({ kind: 'blocked', task: c, reason: 'dense, trial 0 diverged' });
    view.close();
    return output.text;
  };

  it('is one line a cell where there is no terminal', () => {
    const text = events(new Recorder(false));
    expect(text).toContain('3 cells to train.\n');
    expect(text).toContain('[1/3] ticket, trial 0, level 3 (51.28%): test accuracy 98.13% in 4.0 s, about 8 s left\n');
    expect(text).toContain('failed: ticket, trial 0, level 3 (51.28%): out of memory\n');
    expect(text).toContain('cell bb, initialisation seed 42\n  again: lottery run x --cell bb\n');
    expect(text).toContain('not run: ticket, trial 0, level 3 (51.28%): dense, trial 0 diverged\n');
    expect(text).not.toContain('\u001b');
  });

  it('is redrawn on a terminal, no line wider than it, and gives the cursor back', () => {
    const before = { ci: process.env.CI, term: process.env.TERM };
    delete process.env.CI;
    process.env.TERM = 'xterm';
    try {
      const text = events(new Recorder(true));
      expect(text).toContain('\u001b[?25l');
      expect(text.endsWith('\u001b[?25h')).toBe(true);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: ANSI sequences start with the escape character.
      const lines = text.replace(/\u001b\[[?0-9;]*[A-Za-z]/g, '').split('\n');
      for (const line of lines.filter((each) => /█|░|starting/.test(each))) expect([...line].length).toBeLessThan(60);
    } finally {
      if (before.ci !== undefined) process.env.CI = before.ci;
      process.env.TERM = before.term;
    }
  });
});

describe('texts', () => {
  it('writes times, shares and amounts as people read them', () => {
    expect([7, 272, 3909].map(clockTime)).toEqual(['0:07', '4:32', '1:05:09']);
    expect([0.2, 45, 200, 7800].map(roughTime)).toEqual(['1 s', '45 s', '3 min', '2 h 10 min']);
    expect(percent(0.98125)).toBe('98.13%');
    expect(percent(Number.NaN)).toBe('n/a');
    expect(flopText(4.53e10)).toBe('45 GFLOP');
  });

  it('lays out tables and paragraphs', () => {
    const plain = paintFor(new Recorder(false) as unknown as Output);
    expect(table(['a', 'number'], [['long name', '5']], 'lr', plain)).toBe('a          number\nlong name       5');
    expect(wrap('one two three four', 10, '  ')).toBe('  one two\n  three\n  four');
    expect(cutTo('abcdef', 4)).toBe('abc…');
  });

  it('colours terminals alone, and not when NO_COLOR is set', () => {
    const terminal = new Recorder(true) as unknown as Output;
    expect(paintFor(terminal, {})('red', 'x')).toBe('\u001b[31mx\u001b[39m');
    expect(paintFor(terminal, { NO_COLOR: '1' })('red', 'x')).toBe('x');
    expect(paintFor(new Recorder(false) as unknown as Output, {})('red', 'x')).toBe('x');
  });
});
