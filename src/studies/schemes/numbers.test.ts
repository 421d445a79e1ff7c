import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { fieldsOf, recordsOf } from '../../../test/fixtures/read-csv.js';
import { commandInFolder, smallSettings } from '../../../test/fixtures/study-command.js';

const { lottery, path } = commandInFolder('numbers');

interface Results {
  readonly findings: readonly { readonly outcome: string | null; readonly text: string }[];
  readonly cells: { readonly finished: number };
}

const textsOf = (row: Element) => Array.from(row.children, ({ textContent }) => textContent ?? '');

/** The numbers beside a report are those of its page, and the means of its tables are those of the trainings. */
function checkNumbers(folder: string, { findings, cells }: Results): void {
  const read = (file: string) => readFileSync(join(folder, file), 'utf8');
  const { document } = parseHTML(read('report.html'));
  const shown = Array.from(document.querySelectorAll('table'), (one) =>
    Array.from(one.querySelectorAll('tr'), textsOf),
  );
  expect(shown.map((rows) => rows.length)).toEqual([1 + 3, 1 + 2]);
  expect([fieldsOf(read('tables/grid.csv')), fieldsOf(read('tables/controls.csv'))]).toEqual(shown);
  expect(recordsOf(read('findings.csv'))).toEqual(
    findings.map(({ outcome, text }) => ({ outcome: outcome ?? '', text })),
  );

  const trainings = recordsOf(read('trainings.csv'));
  expect(trainings).toHaveLength(cells.finished);
  const accuracyOf = (part: string, condition: string, asked: string) => {
    const own = trainings.filter(
      (row) => row.parts.split(' ').includes(part) && row.condition === condition && row.density_asked === asked,
    );
    expect(own.map(({ trial }) => trial)).toEqual(['1', '2']);
    const mean = own.reduce((sum, row) => sum + Number(row.test_accuracy_at_early_stop), 0) / own.length;
    return `${(100 * mean).toFixed(2)}%`;
  };
  const [, ...grid] = fieldsOf(read('tables/grid.csv'));
  const means = grid.map(([title, text]) => [title, text.split(' ')[0]]);
  expect(means).toEqual([
    ['dense network', accuracyOf('imp', 'dense', '')],
    ['iterative magnitude', accuracyOf('imp', 'ticket', '0.3')],
    ['SNIP', accuracyOf('snip', 'ticket', '0.3')],
  ]);
  // Every part has the dense networks, and the others their own cells.
  const partsOf = (condition: string) =>
    new Set(trainings.filter((row) => row.condition === condition).map((row) => row.parts));
  expect(partsOf('dense')).toEqual(new Set(['imp snip']));
  expect(partsOf('ticket')).toEqual(new Set(['imp', 'snip']));
}

describe('the numbers beside the report of a study', () => {
  it('are those of its page, and the means of its tables are those of its trainings', () => {
    const study = ['study', 'schemes', 'quickstart', '--only', 'imp,snip', '--densities', '0.3', '--trials', '2'];
    const { code, out, err } = lottery(...study, ...smallSettings(20, 60), '--json');
    expect(code, err).toBe(0);
    const results = JSON.parse(out);
    expect(results).not.toHaveProperty('trainings');
    checkNumbers(join(path(), dirname(results.report)), results);
  });
});
