import { expect, it } from 'vitest';
import { parseOptions } from '../shared/options.js';
import { base, countsBy, facts } from '../shared/schemes/plan.fixture.js';
import { initialisations } from './index.js';

const plan = (options: object) => initialisations.plan(base, parseOptions(initialisations.options, options), facts);

it('gives each initialiser a dense network of its own', () => {
  const found = plan({ densities: [0.3], only: ['he-normal', 'orthogonal', 'he-normal'] });
  expect(found.schemes.map(({ name }) => name)).toEqual(['he-normal', 'orthogonal']);
  expect(countsBy(found)).toEqual({
    'dense 1.00': 4,
    'ticket 0.55': 4,
    'ticket 0.30': 4,
    'reinitialise 0.30': 4,
  });
});

it('refuses names it does not know', () => {
  expect(() => plan({ only: ['he-norml'] })).toThrow(/expected some of .*he-normal/);
});
