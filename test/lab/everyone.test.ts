import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { needLab, type OpenLab, openLab } from './open-lab.js';
import { faults, settled } from './seen.js';
import { addressOf } from './small-experiment.js';

describe('the rooms of the lab', () => {
  let lab: OpenLab;
  /** Every kind of page, with something on it; those of the experiment once it is trained. */
  let pages: readonly (readonly [string, string])[] = [];

  beforeEach(needLab);

  beforeAll(async () => {
    lab = await openLab(addressOf());
    await lab.page.getByRole('button', { name: 'Train, prune, rewind, repeat' }).click();
    await lab.page.getByText('Finished.', { exact: false }).first().waitFor();
    await lab.go('#/tour/1');
    await lab.page.locator('.going button').click();
    await lab.page.getByText('All 6 trainings are finished').waitFor();
    await lab.go('#/look');
    const run = await lab.page
      .getByRole('link', { name: /^quickstart-/ })
      .first()
      .getAttribute('href');
    await lab.go(run ?? '');
    await lab.page.getByText('Every training').click();
    const cell = await lab.page.locator('main a[href*="look/cell/"]').first().getAttribute('href');
    pages = [
      ['Play', addressOf()],
      ['Play with a wrong setting', addressOf({ trials: 'many' })],
      ['Tour', '#/tour/1'],
      ['Look', '#/look'],
      ['Look at a run', run ?? ''],
      ['Look at a cell', cell ?? ''],
      ['Kept', '#/kept'],
      ['an address that leads nowhere', '#/nowhere'],
    ];
  });

  afterAll(() => lab?.close());

  it.each(['light', 'dark'] as const)(
    'have no fault that axe finds for those who use a keyboard or a screen reader, %s',
    async (colorScheme) => {
      await lab.page.emulateMedia({ colorScheme });
      for (const [name, place] of pages) {
        await lab.go(place);
        await settled(lab.page);
        expect(await faults(lab.page), name).toEqual([]);
      }
    },
  );

  it('fit a phone without scrolling sideways', async () => {
    await lab.page.setViewportSize({ width: 390, height: 800 });
    for (const [name, place] of pages) {
      await lab.go(place);
      await settled(lab.page);
      expect(await lab.page.evaluate(() => document.documentElement.scrollWidth), name).toBeLessThanOrEqual(390);
    }
    await lab.page.setViewportSize({ width: 1280, height: 800 });
  });

  it('show where the keyboard is, from the first link to the last control', async () => {
    const rooms = ['Play', 'Tour', 'Look', 'Kept'];
    for (const [name, place] of pages.filter(([page]) => rooms.includes(page))) {
      await lab.go(place);
      await settled(lab.page);
      let steps = 0;
      for (; ; steps++) {
        await lab.page.keyboard.press('Tab');
        const focus = await lab.page.evaluate(() => {
          const { activeElement: element } = document;
          if (element === null || element === document.body) return null;
          const { x, y, width, height } = element.getBoundingClientRect();
          const at = `${element.tagName} ${Math.round(x + scrollX)} ${Math.round(y + scrollY)}`;
          return { at, isSeen: getComputedStyle(element).outlineStyle !== 'none' && width * height > 0 };
        });
        if (focus === null) break;
        expect(focus.isSeen, `${name}: ${focus.at}`).toBe(true);
        expect(steps, `${name}: the keyboard is trapped at ${focus.at}`).toBeLessThan(200);
      }
      expect(steps, name).toBeGreaterThan(5);
    }
  });

  it.each(['nowhere', 'constructor', '__proto__'])(
    'name the rooms that there are, where an address names none: %s',
    async (name) => {
      await lab.go(`#/${name}`);
      await lab.page.getByText(`There is no page called ${name} here.`, { exact: false }).waitFor({ timeout: 10_000 });
    },
  );

  it('throw nothing, and begin with the tour', async () => {
    await lab.go('');
    await lab.page.getByRole('heading', { name: '1 of 6' }).waitFor();
    expect(lab.errors).toEqual([]);
  });
});
