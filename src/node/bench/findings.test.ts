import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compareRuns, comparisonText } from './compare.js';
import { findingsOf, sentencesOf } from './findings.js';
import { comparisons, fairRow, ratiosOf } from './ratios.js';
import { madeUpResults, steps } from './results.fixture.js';
import { readResults } from './results.js';
import { pairedRatio, quantile, ratioText, spread } from './statistics.js';

describe('statistics of samples', () => {
  it('finds quantiles, spreads and ratios round by round', () => {
    expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5);
    expect(quantile([5], 0.25)).toBe(5);
    expect(spread([1, 2, 3, 4, 1234])).toBe('3 (2 to 4)');
    // A clock that halves its rate falls on both: medians alone would not know which belong together.
    expect(pairedRatio([1, 2, 1, 2], [2, 4, 2, 4])).toEqual({ value: 0.5, low: 0.5, high: 0.5 });
    expect([0.0563, 0.294, 1.204, 2.11, 1, 13.4].map(ratioText)).toEqual(['0.056', '0.29', '1.2', '2.11', '1.0', '13']);
  });
});

describe('findings', () => {
  it('are ratios to the faster of a peer’s settings', () => {
    const results = madeUpResults(steps);
    expect(fairRow(results.rows, 'PyTorch')?.engine).toBe('pytorch-kept');
    const swapped = madeUpResults([...steps.slice(0, 3), { engine: 'pytorch-default', kind: 'dense', ms: [1, 1, 1] }]);
    expect(fairRow(swapped.rows, 'PyTorch')?.engine).toBe('pytorch-default');
    const channels = { engine: 'pytorch-kept', kind: 'channels-last', ms: [1.5, 1.5, 1.5] } as const;
    expect(fairRow(madeUpResults([...steps, channels]).rows, 'PyTorch')?.test.kind).toBe('channels-last');
    // A step that trains a tenth of the weights is compared with the dense one, never the other way round.
    const masked = { engine: 'pytorch-kept', kind: 'masked', density: 0.1, ms: [0.1, 0.1, 0.1] } as const;
    expect(fairRow(madeUpResults([...steps, masked]).rows, 'PyTorch')?.test.kind).toBe('dense');
  });

  it('say where a peer is faster, where both are alike and where we are', () => {
    const { disturbed, peerFaster, alike, ownFaster } = findingsOf(madeUpResults(steps));
    expect(disturbed).toBeNull();
    expect(sentencesOf(peerFaster)).toEqual([
      "LeNet-300-100: Lottery Lab, WebAssembly takes of PyTorch's time for a dense step 1.5 (1.5 to 1.5) dense",
    ]);
    expect(sentencesOf(alike)).toEqual([
      "LeNet-300-100: Lottery Lab, WebAssembly takes of jax-js's time for a dense step 0.97 (0.97 to 0.97) dense",
    ]);
    expect(sentencesOf(ownFaster)).toEqual([
      "LeNet-300-100: Lottery Lab, native takes of PyTorch's time for a dense step 0.55 (0.53 to 0.57) dense, 0.10 (0.10 to 0.10) at density 0.1",
      "LeNet-300-100: Lottery Lab, native takes of jax-js's time for a dense step 0.35 (0.34 to 0.37) dense, 0.065 (0.065 to 0.065) at density 0.1",
    ]);
  });

  it('are none in a run that was disturbed, which says so', () => {
    const { disturbed, ...lists } = findingsOf(madeUpResults(steps, 1));
    expect(disturbed).toContain('This run was disturbed: in 1 of 4 rounds (lenet-300-100)');
    expect(disturbed).toContain('the load average was 0.1 before and 1.1 after');
    expect(lists).toEqual({ peerFaster: [], alike: [], ownFaster: [] });
  });

  it('compare nothing where there is no peer', () => {
    expect(comparisons(madeUpResults(steps.slice(0, 3)))).toEqual([]);
    expect(ratiosOf(madeUpResults(steps.slice(0, 3)))).toEqual([]);
  });
});

describe('two runs', () => {
  const faster = steps.map((row) => (row.engine === 'wasm' ? { ...row, ms: [2.7, 2.7, 2.7] } : row));

  it('agree within 5% on every ratio, or not, the largest disagreement first', () => {
    expect(compareRuns(madeUpResults(steps), madeUpResults(steps))).toMatchObject({ agree: true, cautions: [] });
    const { agree, ratios } = compareRuns(madeUpResults(steps), madeUpResults(faster));
    expect(agree).toBe(false);
    expect(ratios).toHaveLength(6);
    expect(ratios[0]).toMatchObject({ name: 'LeNet-300-100, wasm, density 1 / PyTorch, dense', first: 1.5 });
    expect(ratios[0].second).toBeCloseTo(1.35);
    expect(ratios[0].by).toBeCloseTo(0.111, 3);
  });

  it('are compared in words', () => {
    const text = comparisonText(compareRuns(madeUpResults(steps), madeUpResults(faster, 2)));
    expect(text).toContain('2 of 6 ratios differ by more than 5%.');
    expect(text).toContain('The largest disagreement is 11.1%: LeNet-300-100, wasm, density 1 / PyTorch, dense.');
    expect(text).toContain('The second run was disturbed.');
    expect(comparisonText(compareRuns(madeUpResults([]), madeUpResults(steps)))).toContain('no ratio in common');
  });

  it('have ratios of ladders and threads too', () => {
    const results = madeUpResults([
      { section: 'ladder', engine: 'native', kind: 'ladder', ms: [3_000] },
      { section: 'ladder', engine: 'pytorch-default', kind: 'ladder', ms: [20_000] },
      { section: 'ladder', engine: 'pytorch-kept', kind: 'ladder', ms: [6_000] },
      { section: 'threads', engine: 'wasm', ms: [300, 310] },
      { section: 'threads', engine: 'wasm', threads: 2, ms: [150, 155] },
    ]);
    expect(ratiosOf(results).map(({ name, value }) => [name, value])).toEqual([
      ['ladder, native / PyTorch', 0.5],
      ['density 1, wasm, one thread / 2 threads', 2],
    ]);
  });
});

describe('readResults', () => {
  it('reads a run and refuses other files', () => {
    const folder = mkdtempSync(join(tmpdir(), 'lottery-results-'));
    try {
      const file = join(folder, 'results.json');
      writeFileSync(file, JSON.stringify(madeUpResults(steps)));
      expect(readResults(file)).toEqual(madeUpResults(steps));
      writeFileSync(file, JSON.stringify({ rows: [] }));
      expect(() => readResults(file)).toThrow(`${file} is of format 1; expected a run of the benchmark, format 2`);
      writeFileSync(file, '{"format":');
      expect(() => readResults(file)).toThrow(`cannot read ${file}`);
      expect(() => readResults(join(folder, 'missing.json'))).toThrow('cannot read');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
