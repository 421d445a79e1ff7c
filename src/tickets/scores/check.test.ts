import { describe, expect, it } from 'vitest';
import { refusalOf } from '../../../test/fixtures/refusal.js';
import { prune } from '../prune.js';
import { asScore, type Score, scoreNames, scores } from './index.js';

const sound: Score = { title: 'the largest', source: 'myself', of: ({ trained }) => trained };

const refusal = (value: unknown): string => refusalOf(() => asScore(value, 'the default export of mine.mjs'));

describe('a score that somebody gives', () => {
  it('is taken as it is where it is one, and so is every score there is', () => {
    expect(asScore(sound, 'mine')).toBe(sound);
    for (const name of scoreNames) expect(asScore(scores[name], name)).toBe(scores[name]);
  });

  it.each([
    [undefined, 'is missing; expected a score: {title'],
    [null, 'is null'],
    [() => 1, 'is a function'],
    [[], 'is a list'],
    [{ ...sound, title: '' }, 'has "" for its title'],
    [{ ...sound, source: undefined }, 'has nothing for its source'],
    [{ ...sound, of: 3 }, 'has 3 for its of'],
    [{ ...sound, draws: 'yes' }, 'has "yes" for draws'],
    [
      { ...sound, needs: ['gradients'] },
      'has ["gradients"] for its needs; expected a list of some of gradient, squared',
    ],
    [{ ...sound, needs: 'gradient' }, 'has "gradient" for its needs'],
    [{ ...sound, need: ['gradient'] }, 'has need, which no score has'],
  ])('%j is refused with what was expected', (value, expected) => {
    expect(refusal(value)).toContain(`the default export of mine.mjs ${expected}`);
  });
});

describe('pruning by a score that is given', () => {
  const mask = new Map([['w', Uint8Array.of(1, 1, 1, 1)]]);
  const trained = new Map([['w', Float32Array.of(-9, 1, -2, 5)]]);
  const groups = [{ tensors: ['w'], keep: 2 }];
  const kept = (of: Score['of'], more: Partial<Score> = {}) => [
    ...(prune(mask, trained, { ...sound, ...more, of }, groups, { seed: 4 }).get('w') as Uint8Array),
  ];

  it('keeps what it says', () => {
    expect(kept(({ trained }) => trained)).toEqual([0, 1, 0, 1]);
    expect(kept(({ trained, seed, place }) => trained.map((_, i) => (i === seed - place - 1 ? 1 : 0)))).toEqual([
      0, 0, 1, 1,
    ]);
  });

  it('gives it copies: what it changes is changed nowhere else', () => {
    const before = structuredClone({ mask, trained });
    kept((context) => {
      context.trained.fill(0);
      context.mask.fill(0);
      return Float64Array.of(1, 2, 3, 4);
    });
    expect({ mask, trained }).toEqual(before);
  });

  it('refuses an invalid answer, with the name of the score', () => {
    expect(() => kept((() => undefined) as never)).toThrow(
      'w: the given (the largest) score gives nothing; expected a Float32Array',
    );
    expect(() => kept((() => [1, 2, 3, 4]) as never)).toThrow('gives a Array of 4; expected');
    expect(() => kept(() => new Float32Array(3))).toThrow('gives a Float32Array of 3; expected a Float32Array or');
    expect(() => kept((async () => new Float32Array(4)) as never)).toThrow('gives a Promise');
    expect(() => kept(() => Float32Array.of(1, Number.NaN, 1, 1))).toThrow('score of weight 1 is not a number');
    expect(() => kept(({ measured }) => measured('gradient'))).toThrow('needs its gradient, which was not measured');
    expect(() =>
      kept(() => {
        throw new TypeError('x is no function');
      }),
    ).toThrow('w: the given (the largest) score failed: x is no function');
    expect(() => prune(mask, trained, { title: 'a' } as never, groups)).toThrow('the score that is given has nothing');
  });
});
