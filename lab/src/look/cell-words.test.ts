import type { CellSpecification } from 'lottery-lab/experiments';
import { expect, test } from 'vitest';
import { maskOfCell } from './cell-words.js';

test('a mask that is found in training is not called none', () => {
  const of = (parts: Partial<CellSpecification>) => maskOfCell({ mask: null, ...parts });
  expect(of({})).toBe('none: every weight is kept');
  expect(of({ evolution: null })).toBe('none: every weight is kept');
  expect(of({ evolution: { kind: 'supermask', initial: 0 } })).toBe(
    'none at first; changed by supermask while it trained',
  );
});
