import { describe, expect, it } from 'vitest';
import { ScheduledGraph, type ScheduledTask } from './schedule.js';
import { arraySize } from './size.js';

const cell = (id: string, parents: readonly string[] = [], cost = 1): ScheduledTask => ({
  id,
  kind: 'cell',
  parents,
  cost,
});
const measurement = (id: string, parents: readonly string[]): ScheduledTask => ({
  ...cell(id, parents),
  kind: 'measurement',
});

const chain = Array.from({ length: 10 }, (_, at) => cell(`c${at}`, at === 0 ? [] : [`c${at - 1}`]));
const star = [cell('dense'), ...Array.from({ length: 20 }, (_, at) => cell(`s${at}`, ['dense']))];
/** Two trials of iterative magnitude pruning, five levels of 0.8 times the cost each, two controls a level. */
const ladder = [0, 1].flatMap((trial) =>
  Array.from({ length: 6 }, (_, level) => {
    const cost = 0.8 ** level;
    const ticket = cell(`t${trial}-${level}`, level === 0 ? [] : [`t${trial}-${level - 1}`], cost);
    const controls = [0, 1].map((draw) => cell(`r${trial}-${level}-${draw}`, [`t${trial}-${level - 1}`], cost));
    return level === 0 ? [ticket] : [ticket, ...controls];
  }).flat(),
);

const request = { present: new Set<string>(), pace: { cell: 600, measurement: 10 }, slots: 1, most: 1000 };
const simulate = (tasks: readonly ScheduledTask[], slots: number) =>
  new ScheduledGraph(tasks, ({ cost }) => cost).simulate(slots);

describe('the schedule of a graph', () => {
  it('is a chain one after another, whatever there is to execute it', () => {
    for (const slots of [1, 4, Number.POSITIVE_INFINITY]) {
      expect(simulate(chain, slots)).toEqual({ seconds: 10, busiest: 1 });
    }
  });

  it('is a star in as many rounds as its slots make', () => {
    expect(simulate(star, Number.POSITIVE_INFINITY)).toEqual({ seconds: 2, busiest: 20 });
    expect(simulate(star, 8)).toEqual({ seconds: 4, busiest: 8 });
    expect(simulate(star, 1)).toEqual({ seconds: 21, busiest: 1 });
  });

  it('fills the gaps of ladders with their controls', () => {
    const length = [0, 1, 2, 3, 4, 5].reduce((sum, level) => sum + 0.8 ** level, 0);
    // Each trial: the ticket and two controls of a level at once.
    expect(simulate(ladder, Number.POSITIVE_INFINITY).busiest).toBe(6);
    expect(simulate(ladder, Number.POSITIVE_INFINITY).seconds).toBeCloseTo(length, 12);
    const work = ladder.reduce((sum, { cost }) => sum + cost, 0);
    expect(simulate(ladder, 1).seconds).toBeCloseTo(work, 12);
    expect(simulate(ladder, 2).seconds).toBeCloseTo(work / 2, 12);
  });

  it('counts a parent that is no task of it as finished', () => {
    expect(simulate(chain.slice(7), 4)).toEqual({ seconds: 3, busiest: 1 });
  });

  it('executes everything once, on random graphs, no faster than work and chains allow', () => {
    let state = 7;
    const random = (below: number) => (state = (state * 48271) % 2147483647) % below;
    for (let round = 0; round < 50; round++) {
      const tasks = Array.from({ length: 1 + random(40) }, (_, at) => {
        const parents = new Set(Array.from({ length: at === 0 ? 0 : random(3) }, () => `c${random(at)}`));
        return cell(`c${at}`, [...parents], 1 + random(5));
      });
      const slots = 1 + random(6);
      const { seconds, busiest } = simulate(tasks, slots);
      const longest = simulate(tasks, Number.POSITIVE_INFINITY).seconds;
      const work = tasks.reduce((sum, { cost }) => sum + cost, 0);
      expect(busiest).toBeLessThanOrEqual(slots);
      expect(seconds).toBeGreaterThanOrEqual(Math.max(longest, work / slots));
      // Graham's bound for list scheduling.
      expect(seconds).toBeLessThanOrEqual(work / slots + longest);
    }
  });
});

describe('the size of an array', () => {
  it('is one for a chain', () => {
    expect(arraySize({ ...request, tasks: chain })).toMatchObject({ tasks: 1, atOnce: 1, bound: 'ready at once' });
  });

  it('is what can be ready at once for a star of long cells', () => {
    const size = arraySize({ ...request, tasks: star });
    expect(size).toEqual({ tasks: 20, atOnce: 20, work: 21 * 600, seconds: 1200, bound: 'ready at once' });
    expect(arraySize({ ...request, tasks: star, slots: 4 }).tasks).toBe(5);
  });

  it('has some minutes of work for each array task', () => {
    const quick = { ...request, tasks: star, pace: { cell: 30, measurement: 1 } };
    expect(arraySize(quick)).toMatchObject({ tasks: 2, bound: 'worth their start' });
    expect(arraySize({ ...quick, pace: { cell: 1, measurement: 1 } }).tasks).toBe(1);
    expect(arraySize({ ...quick, worth: 60 })).toMatchObject({ tasks: 10, bound: 'worth their start' });
    // A job that ends after a minute is worth its start for a minute of work.
    expect(arraySize({ ...quick, limit: 60 }).tasks).toBe(10);
  });

  it('is no larger than what shortens the whole', () => {
    // Beside a chain of ten, twenty short cells end in time on one more.
    const tasks = [...chain, ...Array.from({ length: 20 }, (_, at) => cell(`x${at}`, [], 0.5))];
    expect(arraySize({ ...request, tasks })).toMatchObject({ tasks: 2, atOnce: 21, bound: 'no faster with more' });
  });

  it('is no larger than the most', () => {
    expect(arraySize({ ...request, tasks: star, most: 3 })).toMatchObject({ tasks: 3, bound: 'most' });
  });

  it('leaves out what is in the store', () => {
    const present = new Set(star.slice(0, 16).map(({ id }) => id));
    expect(arraySize({ ...request, tasks: star, present })).toMatchObject({ tasks: 5, work: 5 * 600 });
    const all = new Set(star.map(({ id }) => id));
    expect(arraySize({ ...request, tasks: star, present: all })).toMatchObject({ tasks: 0, bound: 'nothing to do' });
  });

  it('goes by the time of each kind of task', () => {
    const tasks = [cell('dense'), ...Array.from({ length: 100 }, (_, at) => measurement(`m${at}`, ['dense']))];
    expect(arraySize({ ...request, tasks })).toMatchObject({ work: 600 + 1000, tasks: 5 });
  });

  it('is found for a hundred thousand tasks', () => {
    const tasks = Array.from({ length: 1000 }, (_, trial) =>
      Array.from({ length: 100 }, (_, level) =>
        cell(`${trial}-${level}`, level === 0 ? [] : [`${trial}-${level - 1}`]),
      ),
    ).flat();
    expect(arraySize({ ...request, tasks })).toMatchObject({ tasks: 953, atOnce: 1000 });
    // As many as save no more than a twentieth: 953 machines for 1,000 chains of 100 cells.
  });
});
