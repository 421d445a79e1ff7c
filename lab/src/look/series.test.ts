import type { CellResult, RunResults } from 'lottery-lab/experiments';
import { expect, test } from 'vitest';
import { differingSettings, flattened, valueText } from './differences.js';
import { type CellMeasure, measures } from './measures.js';
import { pairedRows } from './pairs.js';
import { curveSeries, measureSeries } from './series.js';

interface Few {
  readonly condition?: string;
  readonly trial?: number;
  readonly level?: number;
  readonly draw?: number;
  readonly accuracy?: number;
  readonly loss?: readonly number[];
  readonly seed?: number;
  readonly status?: 'done' | 'diverged';
}

const densities = [1, 0.5, 0.25];

function cellOf({
  condition = 'ticket',
  trial = 0,
  level = 1,
  draw = 0,
  accuracy = 0.9,
  loss = [2, 1, 0.5],
  seed = 0,
  status = 'done',
}: Few): CellResult {
  const at = {
    iteration: 20,
    validationLoss: 0.5,
    validationAccuracy: accuracy,
    testLoss: 0.5,
    testAccuracy: accuracy,
  };
  return {
    id: `${condition}-${trial}-${level}-${draw}`,
    condition,
    trial,
    level,
    draw,
    status,
    density: densities[level],
    orderSeed: 100 * seed + trial,
    earlyStop: at,
    end: at,
    history: {
      iteration: [0, 10, 20],
      validationLoss: loss,
      validationAccuracy: loss,
      trainLoss: loss,
      trainAccuracy: loss,
    },
  } as unknown as CellResult;
}

const runOf = (cells: readonly Few[], specification: object = {}, loss: number | null = 1): RunResults =>
  ({
    specification,
    dataset: { name: 'strokes', digest: 'd', shape: [1, 28, 28], classes: 10 },
    provenance: { arithmetic: 1 },
    measures: { loss, margin: 0.002 },
    ladder: densities.map((density, level) => ({ level, density, layers: [] })),
    cells: cells.map(cellOf),
  }) as unknown as RunResults;

const wanted = { conditions: new Set(['dense', 'ticket', 'reinitialise']), levels: null };
const how = () => ({ loss: 1, margin: 0.002, from: 0 });
const accuracy: CellMeasure = measures['test-end'];

test('a trial counts once, whatever it drew, and what diverged counts nowhere', () => {
  const run = runOf([
    { condition: 'reinitialise', trial: 0, draw: 0, accuracy: 0.8 },
    { condition: 'reinitialise', trial: 0, draw: 1, accuracy: 0.9 },
    { condition: 'reinitialise', trial: 1, draw: 0, accuracy: 0.95 },
    { condition: 'reinitialise', trial: 2, draw: 0, accuracy: 0.1, status: 'diverged' },
  ]);
  const [{ points }] = measureSeries([run], accuracy, wanted, how);
  expect(points).toHaveLength(1);
  expect(points[0]).toMatchObject({ x: 50, density: 0.5 });
  expect(points[0].mean).toBeCloseTo(90);
  expect(points[0].trials.map(({ cells }) => cells.length)).toEqual([2, 1]);
  expect(points[0].interval?.low).toBeLessThan(90);
});

test('with a setting on the axis, lines join runs that differ in nothing else', () => {
  const runs = [0.1, 0.2, 0.4].map((lr, place) =>
    runOf([{ accuracy: lr }], { optimiser: { lr }, batch: place === 2 ? 50 : 60 }),
  );
  const differing = differingSettings(runs);
  const setting = differing.find(({ path }) => path === 'optimiser.lr');
  if (setting === undefined) throw new Error('the learning rate differs');
  const others = runs.map((_, run) => `batch ${run === 2 ? 50 : 60}`);
  const series = measureSeries(runs, accuracy, { ...wanted, levels: new Set([1]) }, how, { setting, others });
  expect(series.map(({ points }) => points.map(({ x }) => x))).toEqual([[0.1, 0.2], [0.4]]);
  expect(series[0].points[0].series).toBe(series[0]);
});

test('curves are means at the iterations that all trials have, beside the dense network whatever levels are chosen', () => {
  const run = runOf([
    { condition: 'dense', level: 0 },
    { trial: 0, loss: [3, 2, 1] },
    { trial: 1, loss: [1, 2, 3] },
    { trial: 0, level: 2 },
  ]);
  const series = curveSeries([run], measures['curve-validation-loss'], { ...wanted, levels: new Set([1]) });
  expect(series.map(({ condition, level }) => [condition, level])).toEqual([
    ['dense', 0],
    ['ticket', 1],
  ]);
  expect(series[1].points.map(({ x, mean }) => [x, mean])).toEqual([
    [0, 2],
    [10, 2],
    [20, 2],
  ]);
});

test('runs are paired by trials that share their seeds, and by no others', () => {
  const one = runOf([
    { trial: 0, accuracy: 0.9 },
    { trial: 1, accuracy: 0.92 },
    { trial: 2, accuracy: 0.5, seed: 7 },
  ]);
  const other = runOf([
    { trial: 0, accuracy: 0.8 },
    { trial: 1, accuracy: 0.82 },
    { trial: 2, accuracy: 0.9 },
  ]);
  const rows = pairedRows(one, other, accuracy);
  expect(rows).toHaveLength(1);
  expect(rows[0]).toMatchObject({ condition: 'ticket', pairs: 2 });
  expect(rows[0].value).toBeCloseTo(10);
  expect(pairedRows(runOf([{ seed: 1 }]), runOf([{ seed: 2 }]), accuracy)).toEqual([]);
});

test('times are compared by their ratio', () => {
  const fast = runOf([{ loss: [2, 1, 0.5] }]);
  const slow = runOf([{ loss: [3, 2, 1] }]);
  const [row] = pairedRows(slow, fast, measures['time-to-loss']);
  expect(row.value).toBeCloseTo(2);
  expect(row.interval).toBeNull();
});

test('only settings that differ are named, with defaults where one run leaves them out', () => {
  const runs = [
    runOf([], { trials: 3, pruning: { rate: 0.2 } }),
    runOf([], { trials: 3, pruning: { rate: 0.4 }, data: { name: 'x' } }),
  ];
  const differing = differingSettings(runs);
  expect(differing.map(({ path, values }) => [path, values])).toEqual([
    ['pruning.rate', [0.2, 0.4]],
    ['data.name', [undefined, 'x']],
  ]);
  expect(differing[0]).toMatchObject({ isNumber: true });
  expect(differing[0].help).not.toBe('');
  expect([valueText(undefined), valueText('a'), valueText([1, 2])]).toEqual(['not set', 'a', '[1, 2]']);
  expect([...flattened({ a: { b: [1] }, c: null })]).toEqual([
    ['a.b', [1]],
    ['c', null],
  ]);
});
