import { describe, expect, it } from 'vitest';
import { FatalError } from '../runner.js';
import { type MeasurementEvent, type MeasurementMaker, planMeasurement, runMeasurements } from './index.js';

const statuses: Record<string, 'done' | 'diverged'> = { a: 'done', b: 'done', d: 'diverged' };

function store(made: readonly string[] = []) {
  return {
    has: async (id: string) => id in statuses,
    readSummary: async (id: string) => ({ status: statuses[id] }) as never,
    hasMeasurement: async (id: string) => made.includes(id),
  };
}

const of = (label: string, cells: readonly string[], cost = 1) =>
  planMeasurement({ kind: 'test', version: 1, cells, label }, label, cost);

/** Makes what it is told to, each in a turn of its own. */
function maker(fails: (label: string) => Error | null = () => null, concurrency = 2) {
  const log: string[] = [];
  const made: MeasurementMaker = {
    concurrency,
    async measure({ label }, onProgress) {
      log.push(label);
      await new Promise((resolve) => setImmediate(resolve));
      onProgress(0.5);
      const error = fails(label);
      if (error !== null) throw error;
      return 1;
    },
  };
  return { log, made };
}

describe('measurements of a study', () => {
  it('are made once, costly ones first, and those of missing or diverged cells are said to be blocked', async () => {
    const present = of('there', ['a']);
    const measurements = [
      present,
      of('small', ['a'], 1),
      of('large', ['a', 'b'], 5),
      of('lost', ['a', 'x']),
      of('nan', ['d']),
    ];
    const { log, made } = maker();
    const events: MeasurementEvent[] = [];
    const outcome = await runMeasurements({
      measurements,
      store: store([present.id]),
      maker: made,
      onEvent: (event) => events.push(event),
    });
    expect(log).toEqual(['large', 'small']);
    expect(outcome.present).toEqual([present.id]);
    expect(outcome.blocked.map(({ measurement, reason }) => [measurement.label, reason])).toEqual([
      ['lost', 'cell x is not finished'],
      ['nan', 'cell d diverged'],
    ]);
    expect(events.filter(({ kind }) => kind === 'progress')).toHaveLength(2);
    expect(events[0]).toMatchObject({ kind: 'planned', present: new Set([present.id]) });
  });

  it('fail alone, unless nothing can be written any more', async () => {
    const measurements = ['one', 'two', 'three'].map((label) => of(label, ['a']));
    const broken = await runMeasurements({
      measurements,
      store: store(),
      maker: maker((label) => (label === 'two' ? new Error('broke') : null)).made,
    });
    expect(broken.failed.map(({ measurement }) => measurement.label)).toEqual(['two']);
    expect(broken.made).toHaveLength(2);
    const { log, made } = maker(() => new FatalError('the disk is full'), 1);
    const fatal = await runMeasurements({ measurements, store: store(), maker: made });
    expect(fatal.fatal?.message).toBe('the disk is full');
    expect(log).toEqual(['one']);
  });

  it('stop when they are called off', async () => {
    const stop = new AbortController();
    const { log, made } = maker(undefined, 1);
    const outcome = await runMeasurements({
      measurements: [of('one', ['a']), of('two', ['b'])],
      store: store(),
      maker: made,
      onEvent: ({ kind }) => kind === 'finished' && stop.abort(),
      signal: stop.signal,
    });
    expect(outcome).toMatchObject({ aborted: true });
    expect(log).toEqual(['one']);
  });
});
