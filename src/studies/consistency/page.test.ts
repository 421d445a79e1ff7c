import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import type { Row } from '../../figures/figure.js';
import type { StudyOutcome } from '../study.js';
import { consistencyFigures } from './figures/index.js';
import { smallConsistency, variationOf } from './found.fixture.js';
import type { ConsistencyFound, VariationName } from './found.js';
import { consistencyReport } from './report.js';

const { document } = parseHTML('<html><body></body></html>');
const draw = (found: ConsistencyFound) =>
  consistencyFigures({ found } as StudyOutcome<ConsistencyFound>, document as unknown as Document);

const all = smallConsistency({
  variations: (['order', 'noise', 'data', 'initialisation', 'all'] satisfies VariationName[]).map((name, i) =>
    variationOf(name, [0.8, 0.7, 0.6, 0, 0.1][i]),
  ),
});

function rowsOf(csv: string): Row[] {
  const [head, ...rows] = csv.trim().split('\n');
  const names = head.split(',');
  return rows.map((row) => {
    const cells = row.split(',');
    expect(cells).toHaveLength(names.length);
    return Object.fromEntries(names.map((name, i) => [name, cells[i]]));
  });
}

describe('figures of consistency', () => {
  it('are drawn of everything that is measured, with their numbers', () => {
    const figures = draw(all);
    expect(figures.map(({ id }) => id)).toEqual([
      'overlap-maps',
      'overlap-curves',
      'matching-curves',
      'overlap-by-layer',
      'core-and-union',
      'kept-by-how-many',
      'core-pixels',
      'overlap-by-neuron',
      'pixel-correlation',
    ]);
    for (const { svg, csv, caption } of figures) {
      expect(svg).toMatch(/^<svg[^>]*xmlns=/);
      expect(`${svg}${caption}`).not.toMatch(/NaN|undefined|Infinity/);
      expect(rowsOf(csv).length).toBeGreaterThan(0);
    }
    const maps = rowsOf(figures[0].csv);
    expect(maps).toHaveLength(5 * 6);
    expect(rowsOf(figures[6].csv)).toHaveLength(5 * 2 * 6);
    expect(rowsOf(figures[7].csv)).toHaveLength(5 * (8 + 4));
  });

  it('are those that there is something to draw of', () => {
    const none = all.variations.map((variation) => ({
      ...variation,
      tickets: [],
      overlaps: [],
      matchings: [],
      agreements: [],
    }));
    expect(draw({ ...all, variations: none })).toEqual([]);
    const convolutional = all.variations
      .slice(0, 1)
      .map((variation) => ({ ...variation, overlaps: variation.overlaps.map((pair) => ({ ...pair, pixels: null })) }));
    expect(draw({ ...all, variations: convolutional }).map(({ id }) => id)).toEqual([
      'overlap-maps',
      'overlap-curves',
      'overlap-by-layer',
      'core-and-union',
      'kept-by-how-many',
      'overlap-by-neuron',
    ]);
  });

  it('of a deep network show some of its layers, and say so', () => {
    const names = Array.from({ length: 11 }, (_, i) => `layer${i}`);
    const deep = all.variations.map((variation) => ({
      ...variation,
      overlaps: variation.overlaps.map((pair) => ({
        ...pair,
        layers: names.map((layer, i) => ({ ...pair.layers[i % 2], layer })),
      })),
    }));
    const figures = draw({
      ...all,
      variations: deep,
      layers: names.map((layer, i) => ({ layer, size: i % 2 === 0 ? 48 : 32 })),
    });
    const layers = figures.find(({ id }) => id === 'overlap-by-layer')!;
    expect(layers.caption).toContain('8 layers are drawn, evenly spaced; the CSV has the other 3 too.');
    for (const layer of ['layer0', 'layer10']) expect(layers.svg).toContain(layer);
    expect(new Set(rowsOf(layers.csv).map(({ layer }) => layer)).size).toBe(11);
  });

  it('make a page that leads with the question and names its sources', () => {
    const page = consistencyReport({ found: all } as never);
    expect(page.lead).toContain('the same ticket each time');
    expect(page.findings.length).toBeGreaterThan(5);
    expect(page.sources.map(([term]) => term)).toContain('matching of hidden units');
    const plain = consistencyReport({ found: { ...all, variations: all.variations.slice(0, 1) } } as never);
    expect(plain.sources.map(([term]) => term)).not.toContain('matching of hidden units');
  });
});
