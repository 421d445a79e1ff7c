import { describe, expect, it } from 'vitest';
import { byCondition, conditionName, conditionOf, isControl } from './conditions.js';

describe('conditions', () => {
  it('has names, a colour and a marker for a control, and its owner’s pronoun in a sentence', () => {
    expect(conditionOf('reinitialise')).toEqual({
      key: 'reinitialise',
      title: 'random re-initialisation',
      inSentence: 'its random re-initialisation',
      colour: '#d55e00',
      symbol: 'square',
    });
    expect(conditionName('reinitialise', 'their')).toBe('their random re-initialisation');
    expect(conditionName('random-mask', 'their')).toBe('a random mask of the same density');
  });

  it('answers for starts, which are not listed, always alike', () => {
    expect(conditionOf('noise-0.5')).toMatchObject({ title: 'noise 0.5', inSentence: 'its noise-0.5 control' });
    expect(conditionOf('signed-constant').colour).toMatch(/^#[0-9a-f]{6}$/);
    expect(conditionOf('signed-constant')).toEqual(conditionOf('signed-constant'));
    // A key that every object inherits is a start like any other.
    expect(conditionOf('constructor').title).toBe('constructor');
  });

  it('orders what is listed before starts, and counts neither tickets nor their searches as controls', () => {
    const keys = ['noise-0.5', 'uniform-mask', 'search', 'a-start', 'random-mask', 'ticket', 'reinitialise', 'dense'];
    const sorted = [...keys].sort(byCondition);
    expect(sorted).toEqual([
      'dense',
      'ticket',
      'search',
      'reinitialise',
      'random-mask',
      'uniform-mask',
      'a-start',
      'noise-0.5',
    ]);
    expect(sorted.filter(isControl)).toEqual(sorted.slice(3));
  });
});
