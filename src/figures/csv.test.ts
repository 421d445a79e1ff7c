import { describe, expect, it } from 'vitest';
import { fieldsOf } from '../../test/fixtures/read-csv.js';
import { csvOf, toCsv } from './csv.js';

describe('CSV', () => {
  it('brings every text back as it was', () => {
    const head = ['plain', 'a, b', 'with "quotes"', 'two\nlines', 'carriage\r\nreturn', ''];
    const rows = [
      ['1', ',', '"', '\n', '\r', ''],
      ['', '""', 'a"b,c\nd', '−0.05 (−0.26 to +0.16)', ' spaces ', 'Erdős–Rényi'],
    ];
    expect(fieldsOf(csvOf(head, rows))).toEqual([head, ...rows]);
  });

  it('keeps every digit of a number, and leaves empty what is not there', () => {
    const values = [0.1 + 0.2, 1e-9, 12_345_678, -0.25, null, undefined];
    expect(csvOf(['a', 'b', 'c', 'd', 'e', 'f'], [values])).toBe(
      'a,b,c,d,e,f\n0.30000000000000004,1e-9,12345678,-0.25,,\n',
    );
  });

  it('of rows by name has the columns of the first', () => {
    expect(
      toCsv([
        { one: 1, two: null },
        { two: 'b', one: 3 },
      ]),
    ).toBe('one,two\n1,\n3,b\n');
    expect(toCsv([])).toBe('');
  });
});
