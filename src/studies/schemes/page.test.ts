import { expect, it } from 'vitest';
import { describePage, makePage } from '../shared/schemes/page.fixture.js';
import { schemes } from './index.js';

const usual = { controls: ['shuffled', 'reinitialise'] };

describePage(schemes, usual);

it('draws the curves of tickets and controls', async () => {
  const { figures } = await makePage(schemes, usual);
  expect(figures.map(({ id }) => id)).toEqual(['tickets-and-controls']);
});
