import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from './fixtures/command.js';

const script = fileURLToPath(new URL('../scripts/page-numbers.mjs', import.meta.url));
const path = temporaryFolder('page-numbers');
let folders = 0;

/** Files by their path. */
type Files = Readonly<Record<string, string>>;

function run(...words: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...words], { encoding: 'utf8' });
  return { code: status, out: stdout, err: stderr };
}

/** A folder of its own with some files. */
function folderOf(files: Files): string {
  const folder = `${++folders}`;
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(path(folder, name)), { recursive: true });
    writeFileSync(path(folder, name), content);
  }
  return path(folder);
}

interface Checked {
  readonly numbers: number;
  readonly found: number;
  readonly declared: number;
  readonly missing: readonly { readonly line: number; readonly number: string; readonly nearest?: string }[];
  readonly problems: readonly string[];
}

/** What is said of the page `page.md` of some files. */
function check(files: Files): Checked {
  const { code, out, err } = run('--in', folderOf(files), '--page', 'page', '--json');
  expect(err).toBe('');
  const [page]: Checked[] = JSON.parse(out).pages;
  expect(code).toBe(page.missing.length + page.problems.length > 0 ? 1 : 0);
  expect(page.found + page.declared + page.missing.length).toBe(page.numbers);
  return page;
}

const csv = [
  'scheme,accuracy,points,stop',
  'imp,0.983281,-0.3605,2580',
  'snip,0.9777,0.0449,11560.4',
  '"one, shot","98.15% (98.07 to 98.23)","−0.25 (−0.47 to −0.03)","4,840"',
].join('\n');

/** Numbers of a line of prose that are not found beside those files. */
const missingOf = (text: string): string[] =>
  check({ 'page.md': `${text}\n`, 'page/one.csv': csv }).missing.map(({ number }) => number);

describe('numbers of a page', () => {
  it.each([
    ['a share as per cent', 'It is 98.33% accurate, or 98.3, and 0.98 of all.'],
    ['a difference of either sign, and the same without a sign', 'It loses 0.36 points (−0.36), and gains +0.04.'],
    ['thousands', 'After 2,580 iterations, or 2580, against 11,560 and 4,840.'],
    ['numbers of a text', 'From 98.07 to 98.23, −0.25 and 0.5.'],
  ])('are found: %s', (_what, text) => {
    expect(missingOf(text)).toEqual([]);
  });

  it.each([
    ['one digit is wrong', 'It is 98.34% accurate.', ['98.34']],
    ['a number is rounded the wrong way', 'It stops at 11,561, and gains 4.4%.', ['11,561', '4.4']],
    ['a sign is wrong', 'It gains +0.36 and loses −0.04.', ['+0.36', '−0.04']],
    ['more digits are given than there are', 'It is 98.15% (98.075).', ['98.075']],
    ['thousands are others', 'After 25,800 iterations, or 2,590.', ['25,800', '2,590']],
    ['a text is not as per cent', 'A difference of 25 in all.', ['25']],
    ['it follows from others alone', 'It is 1.005 times as accurate.', ['1.005']],
    ['a point comes first', 'By .37 points.', ['.37']],
  ])('are missing where %s', (_what, text, missing) => {
    expect(missingOf(text)).toEqual(missing);
  });

  it('are read in small and large powers of ten', () => {
    const files = { 'page/one.csv': 'p,c\n0.00000041,1.5e5\n' };
    expect(check({ ...files, 'page.md': 'p is 4.1 × 10⁻⁷, c is 1.5 × 10⁵.\n' })).toMatchObject({
      found: 2,
      missing: [],
    });
    expect(check({ ...files, 'page.md': 'p is 4.2 × 10⁻⁷.\n' }).missing).toMatchObject([{ number: '4.2 × 10⁻⁷' }]);
  });

  it('are not those of names, code, links, images, digests and comments', () => {
    const page = `# Figure 71 on CIFAR-72

LeNet-300-73 and Conv-74 (arXiv 1803.03675 v76, Frankle et al. 2077; Zhu and Gupta (2078), section 79.1), Q8, fc81, Node 82.83,
the 84-bit task, \`pruning.rate=0.85\`, \`86
87\`, [a table](page/table-88.csv), digest 8b47bfc35dd05a82463594cdef366c35.

![Accuracy at 89%](page/figure-90.svg)

91. An item.

<!-- 92 -->

\`\`\`sh
lottery run --trials 93
\`\`\`
`;
    expect(check({ 'page.md': page, 'page/one.csv': csv })).toMatchObject({ numbers: 0, missing: [], problems: [] });
  });

  it('say where they stand', () => {
    const folder = folderOf({
      'page.md': '# Title\n\nIt is right: 98.33%.\nIt is wrong: 12.34%.\n',
      'page/one.csv': csv,
    });
    expect(run('--in', folder)).toEqual({
      code: 1,
      out: 'page: 2 numbers, 1 found, 0 declared, 1 missing\n  page.md:4: 12.34 in "It is wrong: 12.34%."\n',
      err: '',
    });
  });
});

const table = (...rows: string[]) =>
  ['| scheme | at | accuracy | stop |', '| --- | ---: | ---: | ---: |', ...rows, ''].join('\n');

describe('rows of a table', () => {
  const accuracy =
    'scheme,at,accuracy,stop\nimp,20,98.33,520\nimp,5,98.26,940\nsnip,20,97.77,2850\nsnip,5,97.24,6000\n';
  const rows = ['| imp | 20% | 98.33% | 520 |', '| **snip** (Lee et al. 2019) | 5% | 97.24% | 6,000 |'];

  it('are found in one file', () => {
    const page = table(...rows);
    expect(check({ 'page.md': page, 'page/one.csv': accuracy })).toMatchObject({ numbers: 6, found: 6, problems: [] });
    expect(check({ 'page.md': page, 'page/tables/one.csv': accuracy })).toMatchObject({ found: 6 });
  });

  it('are not found in two', () => {
    const columns = (from: number, to: number) =>
      `${accuracy
        .trim()
        .split('\n')
        .map((line) => line.split(','))
        .map((row) => [...row.slice(0, 2), ...row.slice(from, to)])
        .map(String)
        .join('\n')}\n`;
    const { missing } = check({
      'page.md': table(...rows),
      'page/accuracy.csv': columns(2, 3),
      'page/stop.csv': columns(3, 4),
    });
    expect(missing).toMatchObject([
      { line: 3, number: '520', nearest: 'accuracy.csv' },
      { line: 4, number: '6,000', nearest: 'accuracy.csv' },
    ]);
  });

  it('are not found in rows of other labels', () => {
    const page = table('| imp | 20% | 97.77% | 520 |', '| snip | 5% | 97.24% | 940 |');
    expect(check({ 'page.md': page, 'page/one.csv': accuracy }).missing).toMatchObject([
      { line: 3, number: '97.77' },
      { line: 4, number: '940' },
    ]);
  });

  it('may have numbers that are declared, and have those of their head anywhere', () => {
    const page = `| scheme | accuracy at 20% | in the paper |
| --- | ---: | ---: |
| imp | 98.33% | 97.1% |

<!-- not from the CSV files: 97.1% (paper) -->
`;
    expect(check({ 'page.md': page, 'page/one.csv': accuracy })).toMatchObject({ numbers: 3, found: 2, declared: 1 });
  });
});

describe('estimates', () => {
  const of = (prose: string) =>
    check({ 'page.md': `${prose}\n`, 'page/one.csv': 'a,b\n98.33% (98.18 to 98.47),x\n97.72% (97.66 to 97.78),y\n' });

  it('stand in one row with the interval in brackets behind them', () => {
    expect(
      of('It reaches 98.33%, by trials (95% interval 98.18 to 98.47).').missing.map(({ number }) => number),
    ).toEqual(['95']);
    expect(of('It reaches 98.33% (97.66 to 97.78).').missing).toMatchObject([
      { number: '98.33', nearest: 'no row has it with its interval' },
    ]);
  });
});

describe('declarations', () => {
  const declared = (prose: string, list: string) =>
    check({ 'page.md': `${prose}\n\n<!-- not from the CSV files: ${list} -->\n`, 'page/one.csv': csv });

  it('are for the places where their words stand', () => {
    const prose = 'In 50,000\niterations it is 38% faster, with five trials of 60 and again of 50,000.';
    const found = declared(
      prose,
      '50,000 iterations (setting; as in\nthe paper); 38 (paper); five trials (setting); 60 (setting)',
    );
    expect(found).toMatchObject({ numbers: 4, declared: 3, problems: [] });
    expect(found.missing).toMatchObject([{ line: 2, number: '50,000' }]);
  });

  it('are wrong where they no longer stand on the page', () => {
    const { problems } = declared(
      'It is 138.5% of 1,038 by −38, see Figure 38 and `38`.',
      '38 (paper); six trials (setting)',
    );
    expect(problems).toEqual([
      '"38" is declared and does not stand on the page.',
      '"six trials" is declared and does not stand on the page.',
    ]);
  });

  it('have a reason', () => {
    expect(declared('It is 38%.', '38').problems).toEqual(['"38" is declared without its reason in brackets.']);
  });
});

describe('pages', () => {
  it('without CSV files declare every number', () => {
    const page = 'With 50,000 iterations.\n';
    const { missing, problems } = check({ 'page.md': page });
    expect(missing).toHaveLength(1);
    expect(problems).toEqual([expect.stringContaining('expected some, or every number declared.')]);
    const declaring = `${page}<!-- not from the CSV files: 50,000 iterations (setting) -->\n`;
    expect(check({ 'page.md': declaring })).toMatchObject({ declared: 1, missing: [], problems: [] });
  });

  it('that sum others up have the numbers of those that the same row or paragraph links to', () => {
    const folder = folderOf({
      'README.md': `In 520 iterations ([one](one.md)).

| question | answer | page |
| --- | --- | --- |
| Q1 | It is 98.33%. | [one](one.md) |
| Q2 | It is 98.33% in 7 of 8. | [other](other.md), [one](one.md#table) |
| Q3 | It is 98.33%. | [other](other.md) |

It is 520.
`,
      'one.md': '98.33\n',
      'one/a.csv': 'accuracy,stop\n98.331,520\n',
      'other.md': '7\n',
      'other/a.csv': 'trials\n7\n8\n',
    });
    const { code, out } = run('--in', folder, '--json');
    expect(code).toBe(1);
    const [overview, ...others] = JSON.parse(out).pages;
    expect(overview.missing.map(({ line, number }: { line: number; number: string }) => [line, number])).toEqual([
      [7, '98.33'],
      [9, '520'],
    ]);
    for (const { missing } of others) expect(missing).toEqual([]);
    expect(run('--in', folder, '--page', 'one')).toEqual({
      code: 0,
      out: 'one: 1 numbers, 1 found, 0 declared, 0 missing\n',
      err: '',
    });
  });

  it('are all checked but those excepted', () => {
    const wrong = { 'b.md': '7\n', 'b/a.csv': 'trials\n8\n', 'c.md': '7\n', 'c/a.csv': 'trials\n8\n' };
    const folder = folderOf({ 'a.md': '7\n', 'a/a.csv': 'trials\n7\n', ...wrong });
    expect(run('--in', folder, '--except', 'b')).toMatchObject({ code: 1, out: expect.not.stringMatching(/^b:/m) });
    expect(run('--in', folder, '--except', 'b', '--except', 'c')).toEqual({
      code: 0,
      out: 'a: 1 numbers, 1 found, 0 declared, 0 missing\n',
      err: '',
    });
    expect(run('--in', folder, '--except', 'd')).toMatchObject({ code: 2, err: expect.stringContaining('no page d') });
    expect(run('--in', folder, '--page', 'a', '--except', 'a')).toMatchObject({
      code: 2,
      err: expect.stringContaining('every page is excepted'),
    });
  });

  it('that there are not, and options, are refused with a sentence', () => {
    const folder = folderOf({ 'one.md': '' });
    expect(run('--in', folder, '--page', 'two')).toEqual({
      code: 2,
      out: '',
      err: 'page-numbers: there is no page two; expected one of one.\n',
    });
    expect(run('--in', path('none')).err).toContain('there is no folder');
    expect(run('--in', folderOf({ 'one.csv': csv })).err).toContain('there is no page in');
    expect(run('--pages')).toMatchObject({ code: 2, err: expect.stringContaining("Unknown option '--pages'") });
  });
});
