import { expect, it } from 'vitest';
import { InputError } from '../../networks/errors.js';
import { parseOptions, readOption, recordedOptions } from '../shared/options.js';
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

const counts = (options: object) => {
  const { cells } = plan({ densities: [0.3], only: ['imp', 'snip'], ...options });
  const of = (condition: string) => cells.filter((cell) => cell.condition === condition).length;
  return ['reinitialise', 'random-mask', 'inverted-mask', 'small-dense'].map(of);
};

it('has one of every control beside each ticket, or of those that are asked for', () => {
  // A small dense network has nothing of the ticket but its number of weights: schemes share those of one density and trial.
  expect(counts({})).toEqual([4, 4, 4, 2]);
  expect(counts({ controls: ['inverted-mask'] })).toEqual([0, 0, 4, 0]);
  expect(() => plan({ controls: ['inverted'] })).toThrow(/controls is \["inverted"\]; expected some of reinitialise/);
});

it('has re-initialisations and shuffled masks in records from before there was a choice', () => {
  expect(recordedOptions(schemes.options, {}).controls).toEqual(['reinitialise', 'random-mask']);
  expect(recordedOptions(schemes.options, { controls: ['small-dense'] }).controls).toEqual(['small-dense']);
});
