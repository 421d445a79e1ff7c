import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { fieldsOf, recordsOf } from '../../test/fixtures/read-csv.js';
import { type FixtureOptions, fixtureResults } from '../../test/fixtures/run-results.js';
import { compareRun, headline, statements } from '../analysis/index.js';
import { renderReport } from './report.js';
import { numberFiles, runNumbers } from './report-files.js';

const make = (options: FixtureOptions = {}) => {
  const results = fixtureResults(options);
  const comparison = compareRun(results);
  return { results, comparison, files: numberFiles(runNumbers(comparison)) };
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

describe('numberFiles', () => {
  it('keeps commas, quotes and line ends of findings and tables', () => {
    const text = 'a, "b"\nand c';
    const files = numberFiles({
      findings: [{ outcome: 'undecided', text }],
      tables: [{ id: 'one', head: ['name, first', 'x'], rows: [[text, '1,000']] }],
    });
    expect([...files.keys()]).toEqual(['findings.csv', 'tables/one.csv']);
    expect(recordsOf(files.get('findings.csv')!)).toEqual([{ outcome: 'undecided', text }]);
    expect(recordsOf(files.get('tables/one.csv')!)).toEqual([{ 'name, first': text, x: '1,000' }]);
  });
});
