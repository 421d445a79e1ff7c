import type { PlannedCell } from 'lottery-lab/experiments';
import { expect, test } from 'vitest';
import type { LiveCell } from '../play/experiment.js';
import { likeliest } from './likeliest.js';
import { choicesAmong, chosenOf } from './networks.js';
import { opinionText, rowsOf } from './opinion.js';

const live = (
  condition: string,
  level: number,
  trial: number,
  draw = 0,
  state: LiveCell['state'] = 'done',
): LiveCell => ({
  cell: { id: `${condition} ${level} ${trial} ${draw}`, condition, level, trial, draw } as unknown as PlannedCell,
  state,
  share: state === 'done' ? 1 : 0.5,
  curve: [],
  testAccuracy: null,
});

const cells = [
  live('reinitialise', 1, 0),
  live('reinitialise', 1, 0, 1),
  live('ticket', 1, 0),
  live('dense', 0, 0),
  live('search', 0, 0),
  live('dense', 0, 1),
  live('ticket', 1, 1, 0, 'training'),
  live('ticket', 2, 0, 0, 'diverged'),
];

test('those that are finished of a round and a trial are asked, the dense network first, one control of a kind', () => {
  expect(chosenOf(cells, 1, 0).map(({ condition }) => condition)).toEqual(['dense', 'ticket', 'reinitialise']);
  expect(chosenOf(cells, 1, 1).map(({ condition }) => condition)).toEqual(['dense']);
  expect(choicesAmong(cells)).toEqual({ levels: [0, 1], trials: [0, 1] });
});

test('what a network says is its likeliest class, and nothing where it has diverged', () => {
  const opinion = { condition: 'ticket', probabilities: [0.1, 0.7, 0.2] };
  expect(likeliest(opinion.probabilities)).toBe(1);
  expect(opinionText(opinion, ['a', 'b', 'c'])).toBe('ticket: b, 70%');
  expect(opinionText({ condition: 'dense', probabilities: [Number.NaN, Number.NaN] }, ['a', 'b'])).toBe(
    'dense network: nothing, its training diverged',
  );
});

test('of many classes the likeliest are shown, in their order', () => {
  const probabilities = Array.from({ length: 40 }, (_, place) => (place === 33 || place === 7 ? 0.4 : 0.2 / 38));
  const rows = rowsOf([{ condition: 'dense', probabilities }], 40);
  expect(rows).toHaveLength(12);
  expect(rows).toEqual([...rows].sort((a, b) => a - b));
  expect(rows).toEqual(expect.arrayContaining([7, 33]));
  expect(rowsOf([{ condition: 'dense', probabilities: [1, 0] }], 2)).toEqual([0, 1]);
});
