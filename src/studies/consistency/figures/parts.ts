import * as Plot from '@observablehq/plot';
import { formatDensity, pairMean } from '../../../analysis/index.js';
import { overlapOf, partsOf } from '../../../analysis/overlap/index.js';
import { densityAxis, drawPlot, type Figure, stackPlots, toCsv } from '../../../figures/figure.js';
import { focusOf } from '../compare.js';
import type { ConsistencyFound, VariationFound } from '../found.js';
import { chosenLayers, curveNote } from './curves.js';
import { CHANCE, chanceEntry, curveMarks, NESTED, panelRows, pointOf, variationStyle } from './style.js';

/** How many times chance each neuron's incoming weights overlap: over all pairs, common weights over those expected. */
function neuronRatios({ overlaps }: VariationFound, level: number, layer: string): (number | null)[] {
  const pairs = overlaps
    .filter((pair) => pair.level === level)
    .flatMap(({ layers }) => layers.find((one) => one.layer === layer)?.neurons ?? []);
  if (pairs.length === 0) return [];
  const common = new Array<number>(pairs[0].first.length).fill(0);
  const expected = new Array<number>(pairs[0].first.length).fill(0);
  for (const pair of pairs) {
    partsOf(pair).forEach((counts, neuron) => {
      common[neuron] += counts.common;
      expected[neuron] += overlapOf(counts).expected;
    });
  }
  return common.map((count, neuron) => (expected[neuron] > 0 ? count / expected[neuron] : null));
}

const PANELS_A_ROW = 3;

/** Neuron by neuron, sorted, at the density that findings are about. */
export function neuronFigure(found: ConsistencyFound, document: Document): Figure | null {
  const focus = focusOf(found);
  const rows = found.variations.flatMap((variation) =>
    found.layers.flatMap(({ layer }) =>
      neuronRatios(variation, focus.level, layer).map((ratio, neuron) => ({
        variation: variation.name,
        panel: layer,
        neuron,
        ratio,
      })),
    ),
  );
  const layers = chosenLayers(
    found.layers
      .map(({ layer }) => layer)
      .filter((layer) => rows.some((row) => row.panel === layer && row.ratio !== null)),
  );
  if (layers.length === 0) return null;
  const curves = found.variations.flatMap(({ name }) =>
    layers.flatMap((panel) => {
      const values = rows
        .flatMap((row) => (row.variation === name && row.panel === panel && row.ratio !== null ? [row.ratio] : []))
        .sort((a, b) => a - b);
      return values.map((value, i) => ({
        curve: name,
        panel,
        share: (100 * (i + 0.5)) / values.length,
        value,
      }));
    }),
  );
  const most = Math.max(1.5, ...curves.map(({ value }) => value)) * 1.05;
  const panels = panelRows(layers, PANELS_A_ROW).map(({ panels: line, domain: places, isLast }) => {
    const height = isLast ? 270 : 240;
    return {
      height,
      svg: drawPlot(document, {
        height,
        marginTop: 30,
        marginBottom: isLast ? 48 : 28,
        fx: { domain: [...places], label: null, padding: 0.08 },
        x: {
          domain: [0, 100],
          ticks: [20, 50, 80],
          label: isLast ? 'neurons, sorted (%)' : null,
          labelAnchor: 'center',
          labelArrow: 'none',
        },
        y: {
          domain: [0, most],
          ticks: 6,
          grid: true,
          label: 'overlap over chance',
          labelAnchor: 'center',
          labelArrow: 'none',
        },
        marks: [
          Plot.ruleY(
            line.map((panel) => ({ panel })),
            { fx: 'panel', y: 1, stroke: CHANCE, strokeDasharray: '4 3', strokeWidth: 1.5 },
          ),
          ...found.variations.flatMap(({ name }, index) => {
            const own = curves.filter(({ curve, panel }) => curve === name && line.includes(panel));
            const { colour } = variationStyle[name];
            return [
              Plot.lineY(own, {
                fx: 'panel',
                x: 'share',
                y: 'value',
                stroke: colour,
                strokeWidth: 2 + 0.9 * (found.variations.length - 1 - index),
              }),
              // A line of one neuron, or of few, would not be seen.
              ...(own.length <= 40 * line.length
                ? [Plot.dot(own, { fx: 'panel', x: 'share', y: 'value', fill: colour, r: 2 })]
                : []),
            ];
          }),
        ],
      }),
    };
  });
  return {
    id: 'overlap-by-neuron',
    title: `How much masks overlap neuron by neuron, at ${formatDensity(focus.density)}% of weights`,
    caption: `Of each neuron, or map, the incoming weights that two trials keep both over those that independent masks of its own densities would, all pairs of the ${found.trials} trials together; neurons are sorted from the least to the most, one panel a layer. Neurons that no pair keeps any weight of are left out. ${NESTED} The dashed line is chance.`,
    svg: stackPlots(panels, [
      ...found.variations.map(({ name }) => ({
        name: variationStyle[name].name,
        colour: variationStyle[name].colour,
      })),
      chanceEntry,
    ]),
    csv: toCsv(
      rows.map(({ variation, panel, neuron, ratio }) => ({ variation, layer: panel, neuron, over_chance: ratio })),
    ),
  };
}

/** Whether trials read the same pixels, against density. */
export function pixelCurves(found: ConsistencyFound, document: Document): Figure | null {
  const all = found.variations.flatMap((variation) =>
    found.levels.map(({ level, density }) => {
      const pairs = variation.overlaps.filter((pair) => pair.level === level);
      const mean = (of: (pixels: NonNullable<(typeof pairs)[number]['pixels']>) => number | null) =>
        pairMean(
          pairs.flatMap(({ first, second, pixels }) => {
            const value = pixels === null ? null : of(pixels);
            return value === null ? [] : [{ first, second, value }];
          }),
        );
      return {
        variation: variation.name,
        level,
        pm: density * 100,
        correlation: mean(({ correlation }) => correlation),
        jaccard: mean(({ used }) => overlapOf(used).jaccard),
        chance: mean(({ used }) => overlapOf(used).expectedJaccard),
      };
    }),
  );
  const points = all.flatMap(({ variation, pm, correlation }) =>
    pointOf(correlation, { ...variationStyle[variation], curve: variation, dashed: false, panel: '', pm }),
  );
  if (points.length === 0) return null;
  const { x, axis } = densityAxis([...new Set(points.map(({ pm }) => pm))]);
  const least = Math.min(0, ...points.map(({ value }) => value));
  return {
    id: 'pixel-correlation',
    title: 'Whether trials read the same pixels',
    caption: `Rank correlation over pixels of how many first-layer weights read each, between the tickets of two trials: 1 where both order all pixels alike, 0 for chance. ${curveNote(found)}`,
    svg: drawPlot(
      document,
      {
        height: 320,
        x,
        fx: { axis: null },
        y: {
          domain: [least, 1],
          grid: true,
          label: 'rank correlation',
          labelAnchor: 'center',
          labelArrow: 'none',
        },
        marks: [axis, Plot.ruleY([0], { stroke: CHANCE, strokeDasharray: '4 3' }), ...curveMarks(points)],
      },
      [
        ...found.variations.map(({ name }) => ({
          name: variationStyle[name].name,
          colour: variationStyle[name].colour,
        })),
        chanceEntry,
      ],
    ),
    csv: toCsv(
      all.map(({ variation, level, pm, correlation, jaccard, chance }) => ({
        variation,
        level,
        weights_remaining_percent: pm,
        rank_correlation_mean: correlation?.mean ?? null,
        rank_correlation_ci95_low: correlation?.interval?.low ?? null,
        rank_correlation_ci95_high: correlation?.interval?.high ?? null,
        jaccard_of_pixels_read_mean: jaccard?.mean ?? null,
        jaccard_of_pixels_read_by_chance: chance?.mean ?? null,
      })),
    ),
  };
}
