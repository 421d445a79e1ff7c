import { beforeAll, describe, expect, it } from 'vitest';
import { tinySpecification, tinyStrokes } from '../../test/fixtures/tiny-run.js';
import { DamageError } from '../experiments/damage.js';
import { MemoryStore } from '../experiments/memory-store.js';
import { LocalExecutor } from '../experiments/tasks/index.js';
import { loadKernels } from '../kernels/index.js';
import { Laboratory, Overseer, planRun, ViewOfStore } from './index.js';

const machine = { version: 'test', engine: 'an engine', platform: 'a platform', processor: 'a processor' };
const planned = planRun(tinySpecification({ levels: 3 }), tinyStrokes);
const name = planned.folder;
const store = new MemoryStore();
const view = new ViewOfStore(store, 'memory');

beforeAll(async () => {
  const kernels = await loadKernels();
  const executor = new LocalExecutor({ kernels, dataset: tinyStrokes, store, engine: machine });
  const laboratory = new Laboratory({ store, machine });
  await laboratory.run(planned, { executor, command: 'lottery run tiny' });
});

describe('a store as people see it', () => {
  it('tells of its records, what they found, and their tasks with parents first', async () => {
    const { records, problems } = await view.overview();
    expect(problems).toEqual([]);
    expect(records).toMatchObject([{ kind: 'run', name, study: null, command: 'lottery run tiny' }]);
    expect(records[0].cells).toMatchObject({ all: planned.tasks.length, finished: planned.tasks.length });
    expect((await view.run(name)).cells).toHaveLength(planned.tasks.length);
    const tasks = await view.tasks({ kind: 'run', name });
    expect(tasks.map(({ id }) => id).sort()).toEqual(planned.tasks.map(({ id }) => id).sort());
    for (const [index, { parents, isFinished }] of tasks.entries()) {
      expect(isFinished).toBe(true);
      const before = new Set(tasks.slice(0, index).map(({ id }) => id));
      expect(parents.every((parent) => before.has(parent))).toBe(true);
    }
  });

  it('names what a cell is made from, the furthest back first, without what was removed', async () => {
    const cell = (condition: string, level: number) =>
      planned.graph.cells.find((one) => one.condition === condition && one.level === level)?.id as string;
    const last = await view.cell(cell('ticket', 2));
    expect(last.summary.specification).toBeDefined();
    expect(last.history.iteration.length).toBeGreaterThan(0);
    const [dense, first] = [cell('dense', 0), cell('ticket', 1)];
    expect(last.ancestors).toHaveLength(2);
    expect(last.ancestors).toEqual([await store.readSummary(dense), await store.readSummary(first)]);
    expect((await view.cell(dense)).ancestors).toEqual([]);
    const without = new ViewOfStore(
      new Proxy(store, {
        get: (target, key) => {
          if (key === 'has') return async (id: string) => id !== first && target.has(id);
          const member = Reflect.get(target, key, target);
          return typeof member === 'function' ? member.bind(target) : member;
        },
      }),
      'memory',
    );
    expect((await without.cell(cell('ticket', 2))).ancestors).not.toContainEqual(await store.readSummary(first));
  });

  it('says what is absent', async () => {
    await expect(view.run('none')).rejects.toThrow('there is no run called none.');
    await expect(view.study('none')).rejects.toThrow('there is no study called none.');
    await expect(view.cell('abcd')).rejects.toThrow('there is no finished cell abcd.');
    await expect(view.tasks({ kind: 'study', name: 'none' })).rejects.toThrow('there is no study called none.');
  });
});

describe('an overseer', () => {
  it('counts a record that is damaged among the problems, and shows the others', async () => {
    const damaged = new Proxy(store, {
      get: (target, key) => {
        if (key === 'listRuns') return async () => ['broken', name];
        if (key === 'readRun') {
          return async (run: string) => {
            if (run === 'broken') throw new DamageError('run.json is damaged.', { kind: 'run', name: run });
            return target.readRun(run);
          };
        }
        const member = Reflect.get(target, key, target);
        return typeof member === 'function' ? member.bind(target) : member;
      },
    });
    const { records, problems } = await new Overseer(damaged).look();
    expect(records.map((record) => record.name)).toEqual([name]);
    expect(problems).toEqual(['run.json is damaged.']);
  });

  it('says where a record lists what its settings do not plan', async () => {
    const other = new MemoryStore();
    const record = await store.readRun(name);
    if (record === null) throw new Error('the run is absent');
    await other.writeRun({ ...record, cells: record.cells.slice(1) });
    const { problems } = await new Overseer(other).look();
    expect(problems).toEqual([expect.stringContaining('1 are missing, 0 are not of the plan')]);
  });
});
