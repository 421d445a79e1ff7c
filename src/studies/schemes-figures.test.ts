import * as fc from 'fast-check';
import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { figuresOf, reportOf, type SchemeStudy, schemeStudies } from '../../test/fixtures/scheme-reports.js';
import { fixtureStudy, type StudyFixtureOptions } from '../../test/fixtures/study-results.js';
import { inkOn, luminance } from '../figures/colours.js';
import { cutAxis, evenTicks } from '../figures/cut-axis.js';
import { overlap, placeLabels, spreadApart, textWidth } from '../figures/place-labels.js';
import { costAxis } from './frontier/figures/cost-axis.js';
import { renderStudyPage } from './shared/page.js';
import { compareStudy } from './shared/schemes/compare.js';
import type { StudyOutcome } from './study.js';

function make(kind: SchemeStudy, options: StudyFixtureOptions = {}) {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const results = fixtureStudy(kind, options);
  const figures = figuresOf(results, document as unknown as Document);
  return {
    results,
    figures,
    html: renderStudyPage({ ...results, found: results } as StudyOutcome<unknown>, reportOf(results), figures),
  };
}

const visibleTexts = (svg: string) => [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text);

const cases: Readonly<Record<string, StudyFixtureOptions>> = {
  'the whole study': {},
  'one trial': { trials: 1, schemes: 6 },
  'one density': { densities: [0.1], schemes: 6 },
  'nine densities': { densities: [0.5, 0.3, 0.2, 0.1, 0.05, 0.03, 0.02, 0.01, 0.005], schemes: 3 },
  'one scheme': { schemes: 1 },
  'two draws': { draws: 2, schemes: 4 },
  'no controls': { controls: [], schemes: 4 },
  'no dense network': { missing: ({ condition }) => condition === 'dense', schemes: 4 },
  'only dense networks': { missing: ({ condition }) => condition !== 'dense' },
  'nothing finished': { missing: () => true },
  'an unfinished study': { missing: ({ trial, scheme }) => trial === 2 && scheme.length > 5 },
  'diverged tickets': { diverged: ({ condition, density }) => condition === 'ticket' && density < 0.03 },
  'everything diverged': { diverged: () => true, schemes: 4 },
};

describe.each(schemeStudies)('figures and report of %s', (kind) => {
  it.each(Object.entries(cases))('hold what they should: %s', (_name, options) => {
    const { figures, html } = make(kind, options);
    for (const text of [html.replace(/data:text\/csv[^"]*/g, ''), ...figures.map(({ svg }) => svg)]) {
      expect(text).not.toMatch(/\bNaN\b|undefined|Infinity|\bnull\b/);
    }
    for (const { svg, csv } of figures) {
      expect(csv).not.toMatch(/NaN|undefined|Infinity/);
      const [header, ...rows] = csv.trimEnd().split('\n');
      for (const row of rows) expect(row.replace(/"[^"]*"/g, '').split(',').length).toBe(header.split(',').length);
      for (const text of visibleTexts(svg)) {
        for (const [number] of text.matchAll(/\d[\d,]*(\.\d+)?/g)) {
          const digits = number.replace(/[,.]/g, '').replace(/^0+/, '').replace(/0+$/, '');
          expect(digits.length, text).toBeLessThanOrEqual(4);
        }
      }
    }
    expect(html).not.toMatch(/<(link|script|img)\b|url\(https?:/);
  });

  it('escape what comes from outside', () => {
    const { html } = make(kind, { name: '<script>alert("1")</script>&', schemes: 1 });
    expect(html).not.toContain('<script>');
    expect(html).toContain('&lt;script&gt;');
  });

  it('say how much is finished and what diverged', () => {
    const { html } = make(kind, {
      schemes: 3,
      missing: ({ trial, condition }) => trial === 2 && condition === 'ticket',
      diverged: ({ trial, condition, density }) => trial === 1 && condition === 'ticket' && density === 0.05,
    });
    expect(html).toMatch(/\d+ of \d+ trainings are finished\./);
    expect(html).toMatch(/3 diverged and are in no mean: .*, ticket at 5\.0%, trial 2/);
    expect(html).toMatch(/Trials not finished: .*ticket at 20\.0% \(2 of 3\)/);
  });
});

describe('the frontier', () => {
  /** Boxes of the direct labels, panel by panel. */
  function labelsOf(svg: string) {
    return svg
      .split('<g transform="translate(0,')
      .slice(1)
      .map((panel) =>
        [
          ...panel.matchAll(
            /<text class="label" x="([-\d.]+)" y="([-\d.]+)"[^>]*text-anchor="(\w+)"[^>]*>([^<]*)<\/text>/g,
          ),
        ].map(([, x, y, anchor, text]) => {
          const width = [...text].length * 6;
          const left = Number(x) - (anchor === 'start' ? 0 : anchor === 'end' ? width : width / 2);
          return { text, left, right: left + width, top: Number(y) - 9, bottom: Number(y) + 2 };
        }),
      )
      .filter((labels) => labels.length > 0);
  }

  it.each([{}, { densities: [0.2, 0.1, 0.05, 0.02, 0.01] }, { seed: 5 }, { trials: 5, seed: 6 }])(
    'names every scheme in every panel, no name over another, all inside: %o',
    (options) => {
      const { figures, results } = make('frontier', options);
      expect(figures.map(({ id }) => id)).toEqual(['frontier-accuracy', 'frontier-iterations']);
      for (const { svg } of figures) {
        const panels = labelsOf(svg);
        expect(panels).toHaveLength(results.densities.length);
        for (const labels of panels) {
          expect(labels).toHaveLength(13);
          labels.forEach((label, i) => {
            expect(label.left).toBeGreaterThan(0);
            expect(label.right).toBeLessThan(720);
            for (const other of labels.slice(i + 1)) {
              expect(overlap(label, other), `${label.text} over ${other.text}`).toBe(0);
            }
          });
        }
      }
    },
  );

  it('writes the accuracy beside what lies under the axis', () => {
    const { figures } = make('frontier');
    expect(visibleTexts(figures[0].svg)).toContain('magnitude at initialisation 11.3%');
  });

  it('counts beside a name the runs that reach the dense loss, and has a band for those that never do', () => {
    const { figures } = make('frontier', {
      change: (point) =>
        point.scheme === 'snip'
          ? { ...point, reachesDense: point.trial === 0 ? null : 3000 }
          : { ...point, reachesDense: 3000 },
    });
    const texts = visibleTexts(figures[1].svg);
    expect(texts.filter((text) => text === 'SNIP (2 of 3)')).toHaveLength(3);
    expect(texts).not.toContain('never');
    expect(visibleTexts(make('frontier').figures[1].svg)).toContain('never');
  });

  it('holds the very numbers of the study', () => {
    const { figures, results } = make('frontier');
    const [header, ...rows] = figures[0].csv
      .trimEnd()
      .split('\n')
      .map((line) => line.split(','));
    const row = rows.find((cells) => cells[1] === 'snip' && Number(cells[0]) === 5)!;
    const value = (name: string) => Number(row[header.indexOf(name)]);
    const own = results.points.filter((p) => p.scheme === 'snip' && p.density === 0.05);
    const mean = own.reduce((sum, { earlyStop }) => sum + earlyStop.testAccuracy, 0) / 3;
    expect(value('test_accuracy_percent_mean')).toBeCloseTo(100 * mean, 9);
    expect(value('finding_dense_trainings')).toBeCloseTo(0.0004, 12);
    expect(value('trials')).toBe(3);
    const entry = compareStudy(results).entries.find((one) => one.scheme.name === 'snip' && one.density === 0.05)!;
    expect(value('on_pareto_front')).toBe(entry.onFront ? 1 : 0);
  });
});

describe('maps and small multiples', () => {
  it('of initialisations are two maps and the curves', () => {
    expect(make('initialisations').figures.map(({ id }) => id)).toEqual([
      'accuracy-map',
      'difference-map',
      'tickets-and-controls',
    ]);
    expect(make('initialisations', { controls: [], schemes: 2 }).figures.map(({ id }) => id)).not.toContain(
      'difference-map',
    );
    expect(make('schemes').figures.map(({ id }) => id)).toEqual(['tickets-and-controls']);
  });

  it('say of a cell that every run diverged', () => {
    const { figures } = make('initialisations', {
      schemes: 2,
      diverged: ({ scheme, density }) => scheme === 'glorot-normal' && density === 0.02,
    });
    expect(visibleTexts(figures[0].svg).filter((text) => text === 'div.')).toHaveLength(3);
  });

  it('write numbers in an ink that is read on every ground', () => {
    const channel = fc.integer({ min: 0, max: 255 });
    fc.assert(
      fc.property(channel, channel, channel, (red, green, blue) => {
        const ground = luminance([red, green, blue]);
        const ink = inkOn([red, green, blue]) === '#fff' ? 1 : luminance([17, 17, 17]);
        expect((Math.max(ground, ink) + 0.05) / (Math.min(ground, ink) + 0.05)).toBeGreaterThan(4);
      }),
    );
  });
});

describe('axes', () => {
  it('are cut above what lies far below the rest, and only then', () => {
    expect(cutAxis([97, 97.5, 98, 11.35]).isCut).toBe(true);
    expect(cutAxis([97, 97.5, 98, 11.35]).low).toBeCloseTo(97 - 0.08, 9);
    expect(cutAxis([97, 97.5, 98, 11.35], { isWhole: true }).isCut).toBe(false);
    expect(cutAxis([60, 70, 80, 90]).isCut).toBe(false);
    expect(cutAxis([98]).isCut).toBe(false);
    // Ends of intervals are on the axis up to half its length on each side.
    expect(cutAxis([10, 12], { ends: [9.5, 20] })).toEqual({ low: 9.5 - 0.16, high: 13 + 0.16, isCut: false });
  });

  it('have round ticks', () => {
    expect(evenTicks(0.4, 5.2)).toEqual([1, 2, 3, 4, 5]);
    expect(evenTicks(96.3, 98.6)).toEqual([96.5, 97, 97.5, 98, 98.5]);
    expect(evenTicks(96.5, 98.1)).toHaveLength(4);
  });

  it('of costs put what is free into a column of its own, left of every price', () => {
    const axis = costAxis([[0, 0, 1, 0.001], [10]], 626);
    const places = axis.place([0, 0, 0.001, 1]);
    expect(axis.free!.to).toBeLessThan(places[2]);
    for (const place of places.slice(0, 2)) {
      expect(place).toBeGreaterThan(axis.free!.from);
      expect(place).toBeLessThan(axis.free!.to);
    }
    expect(places[3]).toBeCloseTo(0, 9);
    expect(axis.one).toBe(0);
    expect(axis.ticks.map(({ text }) => text)).toEqual(['0.001', '0.01', '0.1', '1', '10', 'nothing']);
    expect(costAxis([[2, 5]], 626).free).toBeNull();
    expect(costAxis([[0]], 626).place([0])).toHaveLength(1);
  });

  it('move neighbours apart, no more than needed', () => {
    expect(spreadApart([1, 5, 9], 2)).toEqual([1, 5, 9]);
    expect(spreadApart([5, 5], 2)).toEqual([4, 6]);
    expect(spreadApart([5, 5, 5, 100], 2)).toEqual([3, 5, 7, 100]);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 12 }), (values) => {
        const moved = [...spreadApart(values, 3)].sort((a, b) => a - b);
        for (let i = 1; i < moved.length; i++) expect(moved[i] - moved[i - 1]).toBeGreaterThan(3 - 1e-9);
      }),
    );
  });
});

describe('labels', () => {
  it('find free places inside their bounds, wherever a dozen points lie', () => {
    const bounds = { left: 0, top: 0, right: 620, bottom: 230 };
    const place = fc.record({ x: fc.integer({ min: 10, max: 610 }), y: fc.integer({ min: 10, max: 220 }) });
    fc.assert(
      fc.property(fc.array(place, { minLength: 1, maxLength: 12 }), (places) => {
        const labels = placeLabels(
          places.map(({ x, y }, i) => ({ x, y, text: `a scheme, no ${i}`, radius: 5 })),
          bounds,
        );
        labels.forEach(({ box, text }, i) => {
          expect(box.right - box.left).toBeCloseTo(textWidth(text), 9);
          expect(box.left >= 0 && box.right <= 620 && box.top >= 0 && box.bottom <= 230).toBe(true);
          for (const other of labels.slice(i + 1)) expect(overlap(box, other.box)).toBe(0);
        });
      }),
      { numRuns: 40 },
    );
  });

  it('begin at the left where nothing fits', () => {
    const [label] = placeLabels([{ x: 5, y: 5, text: 'far too long', radius: 4 }], {
      left: 0,
      top: 0,
      right: 20,
      bottom: 40,
    });
    expect(label.box.left).toBe(0);
  });
});
