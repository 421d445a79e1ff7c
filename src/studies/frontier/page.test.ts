import { describe, expect, it } from 'vitest';
import { overlap } from '../../figures/place-labels.js';
import { compareStudy } from '../shared/schemes/compare.js';
import type { StudyFixtureOptions } from '../shared/schemes/made.fixture.js';
import { describePage, makePage, visibleTexts } from '../shared/schemes/page.fixture.js';
import { costAxis } from './figures/cost-axis.js';
import { frontier } from './index.js';

const make = (options: StudyFixtureOptions = {}) => makePage(frontier, options);

describePage(frontier, {});

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
    async (options) => {
      const { figures, results } = await make(options);
      expect(figures.map(({ id }) => id)).toEqual([
        'frontier-accuracy',
        'frontier-accuracy-of-both',
        'frontier-iterations',
      ]);
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

  it('writes the accuracy beside what lies under the axis', async () => {
    const { figures } = await make();
    expect(visibleTexts(figures[0].svg)).toContain('magnitude at initialisation 11.3%');
  });

  it('counts beside a name the runs that reach the dense loss, and has a band for those that never do', async () => {
    const { figures } = await make({
      change: (point) =>
        point.scheme === 'snip'
          ? { ...point, reachesDense: point.trial === 0 ? null : 3000 }
          : { ...point, reachesDense: 3000 },
    });
    const texts = visibleTexts(figures[2].svg);
    expect(texts.filter((text) => text === 'SNIP (2 of 3)')).toHaveLength(3);
    expect(texts).not.toContain('never');
    expect(visibleTexts((await make()).figures[2].svg)).toContain('never');
  });

  it('holds the very numbers of the study', async () => {
    const { figures, results } = await make();
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
    expect(value('on_pareto_front')).toBe(entry.onFront.finding ? 1 : 0);
  });
});

describe('the axis of costs', () => {
  it('puts what is free into a column of its own, left of every price', () => {
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
});
