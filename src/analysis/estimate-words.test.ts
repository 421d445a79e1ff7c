import { describe, expect, it } from 'vitest';
import { confidenceText, estimateSentence, estimateText } from './estimate-words.js';
import { formatFixed, formatShare } from './format.js';

const one = (value: number) => formatFixed(value, 1);
const interval = { low: -0.25, high: 1.06 };

describe('means in words', () => {
  it('stand with their interval in a table, or alone, or not at all', () => {
    expect(estimateText({ mean: 0.4, interval }, one)).toBe('0.4 (−0.3 to 1.1)');
    expect(estimateText({ mean: 0.4, interval: null }, one)).toBe('0.4');
    expect(estimateText({ mean: null, interval: null }, one)).toBe('');
    expect(estimateText(null, one)).toBe('');
    expect(estimateText({ mean: 0.4, interval: { low: 0.1, high: 0.9 } }, formatShare, one)).toBe(
      '40.00% (0.1 to 0.9)',
    );
  });

  it('say in a sentence over how many trials they are', () => {
    expect(estimateSentence({ mean: 0.4, interval, n: 3 }, one, ' points')).toBe(
      '0.4 points (95% interval −0.3 to 1.1, 3 trials)',
    );
    expect(estimateSentence({ mean: 0.4, interval, n: 3 }, one, '', ', p = 0.2')).toBe(
      '0.4 (95% interval −0.3 to 1.1, 3 trials, p = 0.2)',
    );
    expect(estimateSentence({ mean: 0.4, interval: null, n: 1 }, one)).toBe('0.4 (one trial, so no interval)');
  });

  it('leave no punctuation behind where there is no interval', () => {
    expect(confidenceText(interval, one, ' (', ')')).toBe(' (95% interval −0.3 to 1.1)');
    expect(confidenceText(null, one, ' (', ')')).toBe('');
  });
});
