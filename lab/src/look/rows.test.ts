import type { RecordOverview } from 'lottery-lab/laboratory';
import { expect, test } from 'vitest';
import { networkText } from '../parts/network-text.js';
import { filtered, rowOf, sorted } from './rows.js';

const none = { all: 0, finished: 0, running: 0, ready: 0, waiting: 0, failed: 0 };

/** A record of four trainings, so many of them finished. */
function record(name: string, finished: number, changes: object = {}): RecordOverview {
  return {
    kind: 'run',
    name,
    study: null,
    command: 'lottery run quickstart',
    cells: { ...none, all: 4, finished },
    measurements: none,
    running: [],
    failed: [],
    threads: 0,
    threadSeconds: null,
    secondsLeft: null,
    specification: { network: 'lenet-300-100', trials: 3, levels: 5 },
    dataset: { name: 'mnist' },
    started: '2026-11-28T01:00:00.000Z',
    finished: null,
    ...changes,
  } as unknown as RecordOverview;
}

test('how far a record is stands there in words', () => {
  expect(rowOf(record('a', 4)).status).toBe('done');
  expect(rowOf(record('a', 0)).status).toBe('not begun');
  expect(rowOf(record('a', 1)).status).toBe('stopped at 25%');
  const working = rowOf(record('a', 1, { running: [{ id: 'x', share: 0.5 }], secondsLeft: 65 }));
  expect(working).toMatchObject({ status: 'at work: 37%, about 1:05 left', state: 'working', share: 0.375 });
  expect(rowOf(record('a', 2, { failed: [{ id: 'x' }] })).status).toBe('failed at 50%: 1 of 4 tasks');
  // Settings that cannot be planned leave nothing to count; that is not the same as done.
  expect(rowOf(record('a', 0, { cells: none }))).toMatchObject({ state: 'damaged', share: 0 });
});

test('networks have short names', () => {
  expect(networkText('lenet-5')).toBe('lenet-5');
  expect(networkText({ hidden: [100, 50] })).toBe('layers of 100, 50');
  expect(networkText({ layers: [] })).toBe('its own');
});

test('rows are ordered by any column, numbers as numbers, and equal ones by name', () => {
  const rows = [record('run-10', 4), record('run-9', 1), record('run-2', 4)].map(rowOf);
  const names = (by: 'name' | 'status' | 'trials', descending: boolean) =>
    sorted(rows, by, descending).map(({ name }) => name);
  expect(names('name', false)).toEqual(['run-2', 'run-9', 'run-10']);
  expect(names('name', true)).toEqual(['run-10', 'run-9', 'run-2']);
  expect(names('status', false)).toEqual(['run-9', 'run-2', 'run-10']);
  expect(names('trials', true)).toEqual(['run-2', 'run-9', 'run-10']);
});

test('every word of a text must be somewhere in a row', () => {
  const rows = [record('alpha', 4), record('beta', 1)].map(rowOf);
  expect(filtered(rows, 'MNIST done').map(({ name }) => name)).toEqual(['alpha']);
  expect(filtered(rows, ' ')).toHaveLength(2);
  expect(filtered(rows, 'nothing')).toEqual([]);
});
