import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { type FixtureOptions, fixtureResults } from '../../test/fixtures/run-results.js';
import { compareRun } from '../analysis/index.js';
import { densityTicks } from './figure.js';
import { makeFigures, renderReport } from './index.js';

function make(options: FixtureOptions) {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const results = fixtureResults(options);
  const comparison = compareRun(results);
  const figures = makeFigures(results, comparison, document as unknown as Document);
  return { results, figures, html: renderReport(results, figures, comparison) };
}

/** What a reader sees: text between tags, and numbers inside attributes of shapes. */
const visibleTexts = (svg: string) => [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text);

const cases: Readonly<Record<string, FixtureOptions>> = {
  'the whole run': {},
  'one trial': { trials: 1 },
  'two levels': { levels: 2 },
  'only the dense network': { levels: 1 },
  'nineteen levels of five trials': { levels: 19, trials: 5, reinitialise: 3 },
  'no controls': { reinitialise: 0, randomMask: 0 },
  'test curves': { testCurve: true },
  'colour images': { shape: [3, 32, 32] },
  'a run just begun': { missing: ({ condition }) => condition !== 'dense' },
  'an unfinished run': { missing: ({ level, trial }) => level > 5 || trial === 2 },
  'a lost control': { missing: ({ condition, level }) => condition === 'reinitialise' && level === 4 },
  'diverged tickets': { diverged: ({ condition, level }) => condition === 'ticket' && level > 8 },
  'everything diverged': { diverged: () => true },
};

describe.each(Object.entries(cases))('figures and report of %s', (_name, options) => {
  const { figures, html } = make(options);

  it('say no NaN, undefined, null or Infinity', () => {
    for (const text of [html.replace(/data:text\/csv[^"]*/g, ''), ...figures.map(({ svg }) => svg)]) {
      expect(text).not.toMatch(/\bNaN\b|undefined|Infinity|\bnull%/);
    }
    for (const { csv } of figures) expect(csv).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('label with at most four significant digits', () => {
    for (const { svg } of figures) {
      for (const text of visibleTexts(svg)) {
        for (const [number] of text.matchAll(/\d[\d,]*(\.\d+)?/g)) {
          const digits = number.replace(/[,.]/g, '').replace(/^0+/, '').replace(/0+$/, '');
          expect(digits.length, `${text} in ${svg.slice(0, 80)}`).toBeLessThanOrEqual(4);
        }
      }
    }
  });

  it('carry their numbers as CSV of one width', () => {
    for (const { csv } of figures) {
      const [header, ...rows] = csv.trimEnd().split('\n');
      for (const row of rows) expect(row.split(',').length).toBe(header.split(',').length);
    }
  });

  it('need nothing from elsewhere', () => {
    expect(html).not.toMatch(/<(link|script|img)\b|url\(https?:/);
  });
});

describe('figures', () => {
  it('show which pixels are read only where that differs from pixel to pixel', () => {
    const ids = (options: FixtureOptions) => make(options).figures.map(({ id }) => id);
    expect(ids({})).toContain('input-pixels');
    expect(ids({ convolution: true, shape: [3, 32, 32] })).not.toContain('input-pixels');
  });

  it('hold the very numbers of the run', () => {
    const { results, figures } = make({ trials: 3, levels: 4 });
    const csv = figures.find(({ id }) => id === 'early-stop')?.csv ?? '';
    const [header, ...rows] = csv
      .trimEnd()
      .split('\n')
      .map((line) => line.split(','));
    const ticket = rows.find((row) => row[header.indexOf('level')] === '2' && row.includes('ticket')) as string[];
    const stops = results.cells
      .filter(({ condition, level }) => condition === 'ticket' && level === 2)
      .map(({ earlyStop }) => earlyStop.iteration);
    const mean = stops.reduce((sum, stop) => sum + stop, 0) / stops.length;
    const value = (suffix: string) => Number(ticket[header.findIndex((name) => name.endsWith(suffix))]);
    expect(value('_mean')).toBeCloseTo(mean, 6);
    expect(value('_min')).toBe(Math.min(...stops));
    expect(value('_max')).toBe(Math.max(...stops));
    expect(value('trials')).toBe(3);
  });

  it('show tickets beside their re-initialisations at several densities, as in the paper’s Figure 3', () => {
    const { figures } = make({ levels: 12 });
    const texts = visibleTexts(figures.find(({ id }) => id === 'control-curves')?.svg ?? '');
    expect(texts.filter((text) => text.endsWith('re-initialised'))).toHaveLength(3);
    expect(make({ reinitialise: 0 }).figures.map(({ id }) => id)).not.toContain('control-curves');
  });

  it('give every tick of the density axis its label, and labels do not collide', () => {
    for (const levels of [2, 5, 12, 15, 19]) {
      const { results, figures } = make({ levels });
      const ticks = densityTicks(results.ladder.map(({ density }) => 100 * density));
      const svg = figures.find(({ id }) => id === 'early-stop')?.svg ?? '';
      const axis = svg.slice(svg.indexOf('x-axis tick label'));
      const labels = [...axis.slice(0, axis.indexOf('</g>')).matchAll(/translate\(([\d.]+),[^>]*>([^<]*)<\/text>/g)];
      expect(labels).toHaveLength(ticks.length);
      const boxes = labels.map(([, x, text]) => ({
        left: Number(x) - text.length * 3.6,
        right: Number(x) + text.length * 3.6,
      }));
      boxes.forEach((box, i) => {
        if (i > 0) expect(box.left).toBeGreaterThan(boxes[i - 1].right);
      });
    }
  });

  it('escape what comes from outside', () => {
    const { html } = make({ name: '<script>alert("1")</script>&' });
    expect(html).not.toContain('<script>');
    expect(html).toContain('&lt;script&gt;');
  });
});
