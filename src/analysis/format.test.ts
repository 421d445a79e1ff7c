import { describe, expect, it } from 'vitest';
import {
  formatLarge,
  formatList,
  formatPowerOfTen,
  formatRatio,
  formatSeconds,
  formatTwoDigits,
  ratioFormat,
} from './format.js';

describe('numbers in words', () => {
  it('keep two digits', () => {
    const expected = {
      0: '0',
      0.0031: '0.0031',
      0.00995: '0.010',
      5.23: '5.2',
      9.96: '10',
      99.7: '100',
      430: '430',
      12345: '12,345',
    };
    for (const [value, text] of Object.entries(expected))
      expect([value, formatTwoDigits(Number(value))]).toEqual([value, text]);
    expect(formatTwoDigits(4.1e-7)).toBe('4.1 × 10⁻⁷');
  });

  it('tell ratios near 1 from 1', () => {
    expect([0.87, 0.973, 0.994, 0.996, 1, 1.022, 1.0949, 1.0951, 3.42, 12.4].map(formatRatio)).toEqual([
      '0.87',
      '0.97',
      '0.99',
      '1.00',
      '1.00',
      '1.02',
      '1.09',
      '1.1',
      '3.4',
      '12',
    ]);
  });

  it('write no interval as if it had no width', () => {
    const written = (low: number, high: number) => [low, high].map(ratioFormat({ low, high }));
    expect(written(1.151, 1.188)).toEqual(['1.15', '1.19']);
    expect(written(0.8134, 0.8149)).toEqual(['0.813', '0.815']);
    expect(written(12.21, 12.38)).toEqual(['12.2', '12.4']);
    expect(written(1.4, 2.04)).toEqual(['1.4', '2.0']);
    expect([1.4, 0.87].map(ratioFormat(null))).toEqual(['1.4', '0.87']);
  });

  it('shorten large counts', () => {
    expect([0, 950, 999.6, 12_345, 999_960, 3e6, 1.2e12].map(formatLarge)).toEqual([
      '0',
      '950',
      '1.00 k',
      '12.3 k',
      '1.00 M',
      '3.00 M',
      '1.20 T',
    ]);
  });

  it('tell times, powers and lists', () => {
    expect([0, 0.42, 155, 720, 18_720].map(formatSeconds)).toEqual(['0 s', '0.42 s', '155 s', '12 min', '5.2 h']);
    expect([-12, -5, -3, 0, 2, 12].map(formatPowerOfTen)).toEqual(['10⁻¹²', '10⁻⁵', '0.001', '1', '100', '10¹²']);
    expect([[], ['a'], ['a', 'b'], ['a', 'b', 'c']].map(formatList)).toEqual(['', 'a', 'a and b', 'a, b and c']);
  });
});
