import { expect, it } from 'vitest';
import { parseOptions } from '../shared/options.js';
import { base, facts } from '../shared/schemes/plan.fixture.js';
import { schemeNames } from '../shared/schemes/table.js';
import { frontier } from './index.js';

const plan = (options: object) => frontier.plan(base, parseOptions(frontier.options, options), facts);

it('can be made of every scheme there is, without controls on the frontier', () => {
  const found = plan({ densities: [0.3], only: schemeNames });
  expect(found.schemes.map(({ name }) => name)).toEqual(schemeNames);
  expect(new Set(found.cells.map(({ condition }) => condition))).toEqual(new Set(['dense', 'ticket', 'search']));
  for (const { name, graph } of found.schemes) {
    expect(graph.ladder.at(-1)?.density, name).toBeCloseTo(0.3, 3);
  }
});
