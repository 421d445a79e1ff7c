import { expect, it } from 'vitest';
import { InputError } from '../../networks/errors.js';
import { parseOptions, readOption } from '../shared/options.js';
import { base, facts } from '../shared/schemes/plan.fixture.js';
import { schemes } from './index.js';

const plan = (options: object) => schemes.plan(base, parseOptions(schemes.options, options), facts);

it('refuses names it does not know, with suggestions, and densities that do not fall', () => {
  const read = (text: string) => readOption('only', schemes.options.only, text);
  expect(() => read('imp,snp')).toThrow(InputError);
  expect(() => read('imp,snp')).toThrow(/unknown scheme snp; did you mean snip/);
  expect(() => read('qqqqqqqq')).toThrow(/unknown scheme qqqqqqqq; expected some of imp, one-shot/);
  expect(() => plan({ only: ['snp'] })).toThrow(/only is \["snp"\]; expected some of imp/);
  expect(() => plan({ densities: [0.2, 0.3] })).toThrow(/densities is \[0.2,0.3\]; expected falling shares/);
});

it('has a re-initialisation and a random mask beside each ticket', () => {
  const { cells } = plan({ densities: [0.3], only: ['imp', 'snip'] });
  const of = (condition: string) => cells.filter((cell) => cell.condition === condition);
  expect([of('reinitialise'), of('random-mask')].map(({ length }) => length)).toEqual([4, 4]);
});
