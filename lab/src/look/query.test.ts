import { expect, test } from 'vitest';
import { chosenIn, numbersIn, rangeIn, withChoices } from './query.js';
import { labelText } from './words.js';

test('choices stand in the address one by one, and are removed where they are the default', () => {
  const chosen = chosenIn('in=server&levels=0,3');
  expect(withChoices(chosen, { measure: 'test-end' })).toBe('in=server&levels=0,3&measure=test-end');
  expect(withChoices(chosen, { levels: null })).toBe('in=server');
  expect(numbersIn(chosen.get('levels'))).toEqual([0, 3]);
  expect(numbersIn('none')).toEqual([]);
  expect(numbersIn(undefined)).toBeNull();
});

test('a range has two ends', () => {
  expect(rangeIn(chosenIn('from=1&to=20'))).toEqual([1, 20]);
  expect(rangeIn(chosenIn('from=20&to=1'))).toBeNull();
  expect(rangeIn(chosenIn('from=1'))).toBeNull();
  expect(rangeIn(chosenIn('from=a&to=2'))).toBeNull();
});

test('trials are counted from 1 on pages', () => {
  expect(labelText('reinitialise, trial 0, level 3 (51.28%), draw 1')).toBe(
    'random re-initialisation, trial 1, level 3 (51.28%), draw 2',
  );
});
