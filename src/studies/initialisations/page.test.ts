import { describe, expect, it } from 'vitest';
import type { StudyFixtureOptions } from '../shared/schemes/made.fixture.js';
import { describePage, makePage, visibleTexts } from '../shared/schemes/page.fixture.js';
import { initialisations } from './index.js';

const usual: StudyFixtureOptions = { dense: 'own', controls: ['reinitialise', 'random-mask'] };
const make = (options: StudyFixtureOptions = {}) => makePage(initialisations, { ...usual, ...options });

describePage(initialisations, usual);

describe('maps of initialisers', () => {
  it('are two, beside the curves of tickets and controls', async () => {
    const idsOf = async (options?: StudyFixtureOptions) => (await make(options)).figures.map(({ id }) => id);
    expect(await idsOf()).toEqual(['accuracy-map', 'difference-map', 'tickets-and-controls']);
    expect(await idsOf({ controls: [], schemes: 2 })).not.toContain('difference-map');
  });

  it('say of a cell that every run diverged', async () => {
    const { figures } = await make({
      schemes: 2,
      diverged: ({ scheme, density }) => scheme === 'glorot-normal' && density === 0.02,
    });
    expect(visibleTexts(figures[0].svg).filter((text) => text === 'div.')).toHaveLength(3);
  });
});
