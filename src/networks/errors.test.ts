import { describe, expect, it } from 'vitest';
import { InputError, SettingError } from './errors.js';

describe('an error of input', () => {
  it('writes out the control characters of what it repeats, and keeps its lines', () => {
    const cause = new Error('why');
    const error = new InputError('a.npz: found \u001b[2J\u0000 and \u202e:\n  line two', { cause });
    expect(error.message).toBe('a.npz: found \\x1b[2J\\x00 and \\u202e:\n  line two');
    expect(error.cause).toBe(cause);
  });
});

describe('a message that nobody reads to its end', () => {
  it('is told from its beginning and its end', () => {
    const { message } = new InputError(`a.npz: found ${'many, '.repeat(10_000)}and more. Get it again.`);
    expect(message.length).toBeLessThan(4000);
    expect(message).toMatch(/^a\.npz: found many, .* \[\.\.\.\] .*many, and more\. Get it again\.$/);
  });
});

describe('an error of a setting', () => {
  const problem = { setting: ['end'], value: 20, because: 'begin is 30', expected: 'a whole number from 31 on' };

  it('is an input error that says what was given, against what, and what was expected', () => {
    const error = new SettingError(problem);
    expect(error).toBeInstanceOf(InputError);
    expect(error).toMatchObject(problem);
    expect(error.message).toBe('end is 20, but begin is 30; expected a whole number from 31 on.');
  });

  it('keeps its data under a longer path, and what it came from', () => {
    const inner = new SettingError(problem);
    const error = inner.under(['gradual']).under(['pruning']);
    expect(error).toMatchObject({ ...problem, setting: ['pruning', 'gradual', 'end'] });
    expect(error.message).toBe('pruning.gradual.end is 20, but begin is 30; expected a whole number from 31 on.');
    expect((error.cause as SettingError).cause).toBe(inner);
  });

  it.each([
    [Number.NaN, 'share is NaN; expected a share.'],
    ['half', 'share is half; expected a share.'],
    [[0.5, 0.25], 'share is [0.5,0.25]; expected a share.'],
    [undefined, 'share is undefined; expected a share.'],
    ['x'.repeat(100), `share is ${'x'.repeat(57)}...; expected a share.`],
  ])('shows %s as people read it, cut where it is long', (value, message) => {
    expect(new SettingError({ setting: ['share'], value, expected: 'a share' }).message).toBe(message);
  });
});
