import { beforeAll, describe, expect, it } from 'vitest';
import { tinySpecification, tinyStrokes } from '../../test/fixtures/tiny-run.js';
import { buildGraph, type RunGraph } from '../experiments/graph.js';
import { planMeasurement } from '../experiments/measurements/index.js';
import { MemoryStore } from '../experiments/memory-store.js';
import { LocalExecutor, type TaskEvent } from '../experiments/tasks/index.js';
import { type Kernels, loadKernels } from '../kernels/index.js';
import { count, parseOptions } from '../studies/shared/options.js';
import type { Study, StudyPlan } from '../studies/study.js';
import { Laboratory, planRun, planStudy, runResults } from './index.js';

let kernels: Kernels;
beforeAll(async () => {
  kernels = await loadKernels();
});

const machine = { version: 'test', engine: 'an engine', platform: 'a platform', processor: 'a processor' };
const base = tinySpecification({ trials: 2, levels: 2 });

function open(store = new MemoryStore()) {
  let now = 0;
  const laboratory = new Laboratory({ store, machine, now: () => (now += 1000) });
  const executor = new LocalExecutor({ kernels, dataset: tinyStrokes, store, engine: machine });
  return { store, laboratory, executor };
}

interface OverlapPlan extends StudyPlan {
  readonly graph: RunGraph;
}

/** The smallest study that measures: whether the tickets of two trials overlap. */
const overlaps: Study<{ levels: number }, OverlapPlan, { readonly measured: number }> = {
  name: 'overlaps',
  title: 'how much the tickets of two trials overlap',
  about: '',
  examples: [],
  options: { levels: count({ help: 'levels of the tickets', least: 1, default: 1 }) },
  plan(settings, { levels }, facts) {
    const graph = buildGraph({ ...settings, levels: levels + 1 }, facts);
    const [first, second] = [0, 1].map(
      (trial) => graph.cells.find((cell) => cell.condition === 'ticket' && cell.trial === trial)!.id,
    );
    const specification = { kind: 'overlap', version: 1, cells: [first, second] } as const;
    const measurements = [planMeasurement(specification, 'overlap, trials 1 and 2')];
    return { base: settings, network: graph.network, cells: graph.cells, measurements, graph };
  },
  async assemble({ measurements }, store) {
    const made = await Promise.all(measurements.map(({ id }) => store.hasMeasurement(id)));
    return { measured: made.filter(Boolean).length };
  },
  report: () => ({ lead: '', findings: [], notes: [], tables: [], sources: [] }),
  figures: async () => () => [],
};

describe('a laboratory', () => {
  it('keeps the record of a run from the start, trains what is missing, and says when it is finished', async () => {
    const { store, laboratory, executor } = open();
    const planned = planRun(base, tinyStrokes);
    expect(await laboratory.survey(planned)).toMatchObject({ present: new Set(), work: expect.any(Number) });
    let recorded: string[] = [];
    const { results, outcome } = await laboratory.run(planned, {
      executor,
      command: 'a command',
      onEvent: async (event) => {
        if (event.kind === 'planned') recorded = await store.listRuns();
      },
    });
    expect(recorded).toEqual([planned.folder]);
    expect(outcome.executed).toHaveLength(planned.tasks.length);
    expect(results?.digest).toMatch(/^[0-9a-f]{64}$/);
    const record = await store.readRun(planned.folder);
    expect(record).toMatchObject({ ...machine, run: planned.folder, command: 'a command' });
    expect(record?.finished).toBe(results?.provenance.finished);
    expect((await laboratory.survey(planned)).work).toBe(0);

    const again = await laboratory.run(planned, { executor, command: 'another command' });
    expect(again.outcome.executed).toEqual([]);
    expect(again.results?.digest).toBe(results?.digest);
    expect(again.results?.provenance.started).toBe(results?.provenance.started);
    const kept = await store.readRun(planned.folder);
    expect(kept).toMatchObject({ command: 'another command', finished: record?.finished });
    expect(await runResults(kept!, store)).toMatchObject({ digest: results?.digest, command: 'another command' });
  });

  it('stops in the middle of a cell, and resumes there from a store in memory with the same digest', async () => {
    const planned = planRun(base, tinyStrokes);
    const whole = open();
    const { results } = await whole.laboratory.run(planned, { executor: whole.executor, command: '' });

    const { store, laboratory, executor } = open();
    const stop = new AbortController();
    const first = await laboratory.run(planned, {
      executor,
      command: '',
      signal: stop.signal,
      onEvent: (event) => {
        if (event.kind === 'progress' && event.progress.kind === 'cell' && event.progress.iteration > 0) stop.abort();
      },
    });
    expect(first.results).toBeNull();
    expect(first.outcome.aborted).toBe(true);
    const [dense] = planned.tasks;
    expect((await store.readCheckpoint(dense.id))?.checkpoint.iteration).toBeGreaterThan(0);
    const resumed = new Set<number>();
    const second = await laboratory.run(planned, {
      executor,
      command: '',
      onEvent: (event) => {
        if (event.kind === 'progress' && event.progress.kind === 'cell') resumed.add(event.progress.resumedAt);
      },
    });
    expect(Math.max(...resumed)).toBeGreaterThan(0);
    expect(second.results?.digest).toBe(results?.digest);
    expect(await store.readCheckpoint(dense.id)).toBeUndefined();
  });

  it('plans one cell of a run with what it is made from, and nothing else', () => {
    const whole = planRun(base, tinyStrokes);
    const one = planRun(base, tinyStrokes, (cells) => cells.find(({ condition }) => condition === 'ticket')!);
    expect(one.folder).toBe(whole.folder);
    expect(one.tasks.map(({ label }) => label.split(',')[0])).toEqual(['dense', 'ticket']);
  });

  it('runs a study, measurements among its cells, and records its options', async () => {
    const { store, laboratory, executor } = open();
    const options = parseOptions(overlaps.options, { levels: 1 });
    const planned = planStudy(overlaps, base, options, tinyStrokes);
    expect(planned.folder).toMatch(/-overlaps-[0-9a-f]{8}$/);
    const kinds: string[] = [];
    const onEvent = (event: TaskEvent) => {
      if (event.kind === 'finished') kinds.push(event.task.kind);
    };
    const { results } = await laboratory.study(planned, { executor, command: 'a command', onEvent });
    expect(new Set(kinds)).toEqual(new Set(['cell', 'measurement']));
    expect(results).toMatchObject({ study: 'overlaps', command: 'a command', trials: 2, found: { measured: 1 } });
    expect(results?.cells.finished).toBe(results?.cells.planned);
    expect(results?.measurements.digest).toMatch(/^[0-9a-f]{64}$/);
    expect(await store.listStudies()).toEqual([planned.folder]);
    const record = await store.readStudy(planned.folder);
    expect(record).toMatchObject({ study: 'overlaps', options: { levels: 1 } });
    expect(record?.finished).not.toBeNull();
    expect(record?.measurements).toHaveLength(results?.measurements.planned ?? -1);
  });
});
