import { expect, it } from 'vitest';
import { slurmSeconds } from './duration.js';

it.each([
  ['90', 5400],
  ['1:30', 90],
  ['2:00:00', 7200],
  ['1-12', 36 * 3600],
  ['1-12:30', 36.5 * 3600],
  ['1-0:00:05', 86405],
  ['UNLIMITED', Number.POSITIVE_INFINITY],
  ['2h', null],
  ['', null],
  ['1:2:3:4', null],
  ['-5', null],
])('%s is %s seconds in the format of Slurm', (text, seconds) => {
  expect(slurmSeconds(text)).toBe(seconds);
});
