import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { fieldsOf, recordsOf } from '../../test/fixtures/read-csv.js';
import { type FixtureOptions, fixtureResults } from '../../test/fixtures/run-results.js';
import { compareRun, headline, statements } from '../analysis/index.js';
import { type Training, trainingsOf } from '../experiments/trainings.js';
import { renderReport } from './report.js';
import { numberFiles, runNumbers } from './report-files.js';
import { trainingsCsv } from './trainings-csv.js';

const make = (options: FixtureOptions = {}) => {
  const results = fixtureResults(options);
  const comparison = compareRun(results);
  return { results, comparison, files: numberFiles(runNumbers(results, comparison)) };
};

const textsOf = (row: Element) => Array.from(row.children, ({ textContent }) => textContent ?? '');

describe.each<[string, FixtureOptions]>([
  ['a run', { levels: 4 }],
  ['a run that is timed to no loss', { levels: 3, loss: null }],
  ['a run without controls', { levels: 2, reinitialise: 0, randomMask: 0 }],
])('the files of %s', (_name, options) => {
  const { results, comparison, files } = make(options);

  it('have the table by level as its page has it', () => {
    const { document } = parseHTML(renderReport(results, [], comparison));
    const page = document.querySelector('table')!;
    const table = fieldsOf(files.get('tables/levels.csv')!);
    expect(table).toEqual(Array.from(page.querySelectorAll('tr'), textsOf));
    expect(table).toHaveLength(1 + comparison.levels.length);
    for (const row of table) expect(row).toHaveLength(table[0].length);
  });

  it('have the headline first, then every statement with its outcome', () => {
    expect(recordsOf(files.get('findings.csv')!)).toEqual([
      { outcome: '', text: headline(comparison) },
      ...statements(comparison).map(({ outcome, sentence }) => ({ outcome: outcome ?? '', text: sentence })),
    ]);
  });
});

describe('the trainings of a run', () => {
  const rowsOf = (options: FixtureOptions) => recordsOf(make(options).files.get('trainings.csv')!);

  it('are all finished cells, with the numbers that its comparison is of', () => {
    const { results, comparison, files } = make({ levels: 4, trials: 2, reinitialise: 2 });
    const rows = recordsOf(files.get('trainings.csv')!);
    expect(rows.map(({ cell }) => cell)).toEqual(results.cells.map(({ id }) => id));
    for (const { level, groups } of comparison.levels) {
      for (const { condition, metrics, cells } of groups) {
        const own = rows.filter((row) => row.level === `${level}` && row.condition === condition);
        expect(own).toHaveLength(cells);
        const mean = (of: (row: Record<string, string>) => string) =>
          own.reduce((sum, row) => sum + Number(of(row)), 0) / own.length;
        expect(mean((row) => row.iterations_to_loss || row.end_iteration)).toBeCloseTo(metrics.timeToLoss!.mean, 9);
        expect(mean((row) => row.mean_validation_loss)).toBeCloseTo(metrics.lossArea!.mean, 12);
        expect(mean((row) => row.early_stop_iteration)).toBeCloseTo(metrics.earlyStop!.mean, 9);
        expect(mean((row) => row.test_accuracy_at_early_stop)).toBeCloseTo(metrics.testAtEarlyStop!.mean, 12);
        expect(mean((row) => row.test_accuracy_at_end)).toBeCloseTo(metrics.testAtEnd!.mean, 12);
      }
    }
    const last = results.cells[results.cells.length - 1];
    expect(rows[rows.length - 1]).toMatchObject({
      trial: '2',
      draw: '1',
      density: String(last.density),
      validation_loss_at_early_stop: String(last.earlyStop.validationLoss),
      timed_to_loss: '0.15',
    });
  });

  it('have no time where a loss was never reached, or none is set', () => {
    expect(rowsOf({ levels: 2, loss: 0.001 }).map((row) => [row.timed_to_loss, row.iterations_to_loss])).toContainEqual(
      ['0.001', ''],
    );
    for (const row of rowsOf({ levels: 2, loss: null })) {
      expect([row.timed_to_loss, row.iterations_to_loss]).toEqual(['', '']);
    }
  });

  it('have empty fields where a diverged training has no number', () => {
    const { results } = make({ levels: 2, trials: 1 });
    const [first, ...others] = trainingsOf(results.cells, results.measures);
    const nothing = { ...first.end, validationLoss: Number.NaN, testAccuracy: Number.NaN };
    const lost: Training = {
      ...first,
      status: 'diverged',
      end: nothing,
      earlyStop: nothing,
      meanLoss: Number.POSITIVE_INFINITY,
    };
    const [row] = recordsOf(trainingsCsv([lost, ...others]));
    expect(row).toMatchObject({
      status: 'diverged',
      validation_loss_at_early_stop: '',
      test_accuracy_at_end: '',
      mean_validation_loss: '',
    });
  });

  it('of a study name the parts that they belong to', () => {
    const { results } = make({ levels: 2, trials: 1 });
    const [dense, ticket] = results.cells;
    const parts = [
      { name: 'imp', cells: new Set([dense.id, ticket.id]) },
      { name: 'snip', cells: new Set([dense.id]) },
    ];
    const rows = recordsOf(trainingsCsv(trainingsOf(results.cells, results.measures, parts)));
    expect(rows.slice(0, 3).map((row) => row.parts)).toEqual(['imp snip', 'imp', '']);
  });
});

describe('numberFiles', () => {
  it('keeps commas, quotes and line ends of findings and tables', () => {
    const text = 'a, "b"\nand c';
    const files = numberFiles({
      findings: [{ outcome: 'undecided', text }],
      tables: [{ id: 'one', head: ['name, first', 'x'], rows: [[text, '1,000']] }],
      trainings: [],
    });
    expect([...files.keys()]).toEqual(['findings.csv', 'tables/one.csv', 'trainings.csv']);
    expect(recordsOf(files.get('findings.csv')!)).toEqual([{ outcome: 'undecided', text }]);
    expect(recordsOf(files.get('tables/one.csv')!)).toEqual([{ 'name, first': text, x: '1,000' }]);
  });
});
