import * as Plot from '@observablehq/plot';
import { formatDensity, formatFixed } from '../../../analysis/index.js';
import { BLUE, type Colour, css, inkOn, mix, PALE } from '../../../figures/colours.js';
import { drawPlot, type Figure, toCsv } from '../../../figures/figure.js';
import { askedLevels, overlapValues } from '../compare.js';
import type { ConsistencyFound, VariationName } from '../found.js';
import { variationStyle } from './style.js';

interface MapCell {
  readonly variation: VariationName;
  readonly panel: string;
  readonly row: string;
  readonly density: number;
  /** From 1. */
  readonly first: number;
  readonly second: number;
  readonly jaccard: number;
}

/** Pixels below the maps: the axis, and the scale of colours. */
const FOOT = 82;

/** What the colours mean, from nothing to the most that there is. */
function scaleBar(most: number, y: number): string {
  const [left, width] = [190, 200];
  const steps = 20;
  const boxes = Array.from({ length: steps }, (_, i) => {
    const colour = css(mix(PALE, BLUE, (i + 0.5) / steps));
    return `<rect x="${left + (i * width) / steps}" y="${y}" width="${width / steps + 0.5}" height="10" fill="${colour}"/>`;
  });
  const text = (x: number, anchor: string, words: string) =>
    `<text x="${x}" y="${y + 9}" font-size="11" fill="#222" text-anchor="${anchor}">${words}</text>`;
  return [
    text(left - 26, 'end', 'Jaccard index'),
    text(left - 6, 'end', '0'),
    ...boxes,
    text(left + width + 8, 'start', formatFixed(most, 2)),
  ].join('');
}

/** Trials by trials, one map a variation and a density that was asked for. */
export function overlapMaps(found: ConsistencyFound, document: Document): Figure | null {
  const levels = askedLevels(found);
  const cells = found.variations.flatMap((variation) =>
    levels.flatMap(({ level, density }) =>
      overlapValues(variation, level, 'jaccard').flatMap(({ first, second, value }): MapCell[] => {
        const place = {
          variation: variation.name,
          panel: variationStyle[variation.name].short,
          row: `${formatDensity(density)}%`,
          density,
          jaccard: value,
        };
        return [
          { ...place, first: first + 1, second: second + 1 },
          { ...place, first: second + 1, second: first + 1 },
        ];
      }),
    ),
  );
  if (cells.length === 0) return null;
  const most = Math.max(0.01, ...cells.map(({ jaccard }) => jaccard));
  const ground = ({ jaccard }: MapCell): Colour => mix(PALE, BLUE, jaccard / most);
  const trials = Array.from({ length: found.trials }, (_, i) => i + 1);
  const panels = found.variations.map(({ name }) => variationStyle[name].short);
  const rows = levels.map(({ density }) => `${formatDensity(density)}%`);
  const diagonal = panels.flatMap((panel) => rows.flatMap((row) => trials.map((trial) => ({ panel, row, trial }))));
  const side = Math.min(190, (720 - 70 - 60) / panels.length);
  return {
    id: 'overlap-maps',
    title: 'How much the masks of every two trials overlap',
    caption: `Jaccard index of the masks of every pair of the ${found.trials} trials, over all layers that are pruned: 1 for the same mask, dark for the most that there is, ${formatFixed(most, 2)}. One column for what differs between trials, one row for the percentage of weights remaining. White: not finished.`,
    svg: drawPlot(
      document,
      {
        width: 70 + 60 + side * panels.length,
        height: 44 + FOOT + side * rows.length,
        marginRight: 60,
        marginBottom: FOOT,
        fx: { domain: panels, label: 'what differs between trials', padding: 0.08 },
        fy: { domain: rows, label: null, padding: 0.08 },
        x: {
          type: 'band',
          domain: trials,
          label: 'trial',
          padding: 0.03,
          labelArrow: 'none',
          tickSize: 0,
          labelOffset: 34,
        },
        y: { type: 'band', domain: trials, label: 'trial', padding: 0.03, labelArrow: 'none', tickSize: 0 },
        color: { type: 'identity' },
        marks: [
          Plot.cell(diagonal, { fx: 'panel', fy: 'row', x: 'trial', y: 'trial', fill: '#d9d9d9' }),
          Plot.cell(cells, {
            fx: 'panel',
            fy: 'row',
            x: 'first',
            y: 'second',
            fill: (cell: MapCell) => css(ground(cell)),
          }),
          ...(side / found.trials >= 26
            ? [
                Plot.text(cells, {
                  fx: 'panel',
                  fy: 'row',
                  x: 'first',
                  y: 'second',
                  text: (cell: MapCell) => formatFixed(cell.jaccard, 2),
                  fill: (cell: MapCell) => inkOn(ground(cell)),
                  fontSize: side / found.trials >= 32 ? 11 : 9,
                }),
              ]
            : []),
        ],
      },
      [],
      () => scaleBar(most, 44 + side * rows.length + FOOT - 22),
    ),
    csv: toCsv(
      cells
        .filter(({ first, second }) => first < second)
        .map(({ variation, density, first, second, jaccard }) => ({
          variation,
          weights_remaining_percent: density * 100,
          trial: first,
          other_trial: second,
          jaccard,
        })),
    ),
  };
}
