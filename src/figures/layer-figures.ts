import * as Plot from '@observablehq/plot';
import type { RunResults } from '../experiments/results.js';
import { chosenLevels, drawPlot, type Figure, percentText, shades, toCsv, WIDTH } from './figure.js';

/** Density of every layer, level by level. */
export function layerDensities(results: RunResults, document: Document): Figure | null {
  const rows = results.ladder.flatMap(({ level, density }) => {
    const cells = results.cells.filter(
      (c) => c.level === level && (c.condition === 'ticket' || c.condition === 'dense'),
    );
    if (cells.length === 0) return [];
    return cells[0].layers.map(({ layer }, index) => ({
      level,
      pm: 100 * density,
      layer,
      own: (100 * cells.reduce((sum, { layers }) => sum + layers[index].kept / layers[index].total, 0)) / cells.length,
    }));
  });
  if (rows.length === 0) return null;
  const layers = [...new Set(rows.map(({ layer }) => layer))];
  const lowest = Math.min(...rows.flatMap(({ pm, own }) => (own > 0 ? [pm, own] : [pm])));
  const ticks = [100, 50, 20, 10, 5, 2, 1, 0.5, 0.2, 0.1].filter((tick) => tick >= lowest * 0.8);
  // Given as text: a logarithmic scale's own format leaves labels out by their leading digit.
  const axis = { labelAnchor: 'center', labelArrow: 'none', text: (tick: number) => `${tick}` } as const;
  // Of a deep network the first, the middle and the last layer are named, and shades run from one to the next.
  const deep = layers.length > 7;
  const middle = layers[layers.length >> 1];
  const named = deep ? [layers[0], middle, layers[layers.length - 1]] : layers;
  const colour = (layer: string) => {
    const place = layers.indexOf(layer);
    if (!deep) return shades[(place * 2 + 1) % shades.length];
    const share = place / (layers.length - 1);
    return `hsl(${Math.round(230 - 200 * share)} 75% ${Math.round(35 + 15 * share)}%)`;
  };
  return {
    id: 'layer-densities',
    title: 'What survives in each layer',
    caption:
      'Percentage of each layer’s own weights that remain, mean over trials; both axes are logarithmic. Layers pruned at one rate lie on one line.',
    svg: drawPlot(
      document,
      {
        x: { type: 'log', reverse: true },
        y: { type: 'log', grid: true },
        marks: [
          Plot.axisX(ticks, { ...axis, label: 'weights remaining in the network (%)' }),
          Plot.axisY(ticks, { ...axis, label: 'weights remaining in the layer (%)' }),
          Plot.gridY(ticks),
          ...layers.map((layer) =>
            Plot.lineY(
              rows.filter((row) => row.layer === layer && row.own > 0),
              { x: 'pm', y: 'own', stroke: colour(layer), strokeWidth: 2, marker: layers.length > 7 ? null : 'circle' },
            ),
          ),
        ],
      },
      named.map((layer) => ({ name: layer, colour: colour(layer) })),
    ),
    csv: toCsv(
      rows.map(({ level, pm, layer, own }) => ({
        level,
        weights_remaining_percent: pm,
        layer,
        layer_remaining_percent: own,
      })),
    ),
  };
}

/** Whether a picture is of one shade but for a quarter on each side: a convolution reads all pixels alike but those near the border. */
function evenInside(
  pixels: readonly { readonly row: number; readonly column: number; readonly share: number }[],
  height: number,
  width: number,
): boolean {
  const inside = (place: number, size: number) => place >= size / 4 && place < size - size / 4;
  const shares = pixels
    .filter(({ row, column }) => inside(row, height) && inside(column, width))
    .map(({ share }) => share);
  return shares.every((share) => share === shares[0]);
}

/** Which pixels the ticket still looks at: small pictures, one a level. None where a convolution reads all of them alike. */
export function inputPixels(results: RunResults, document: Document): Figure | null {
  const [channels, height, width] = results.dataset.shape;
  const area = height * width;
  const tickets = results.cells.filter(({ condition }) => condition === 'ticket');
  const levels = chosenLevels([...new Set(tickets.map(({ level }) => level))].sort((a, b) => a - b));
  if (levels.length === 0) return null;
  const rows = levels.flatMap((level) => {
    const cells = tickets.filter((cell) => cell.level === level);
    const degree = Array.from({ length: area }, (_, pixel) => {
      let sum = 0;
      for (const cell of cells) for (let c = 0; c < channels; c++) sum += cell.inputDegree[c * area + pixel];
      return sum / cells.length;
    });
    const most = Math.max(1, ...degree);
    return degree.map((value, pixel) => ({
      level,
      label: `${percentText(100 * cells[0].density)}%`,
      row: Math.floor(pixel / width),
      column: pixel % width,
      value,
      share: value / most,
    }));
  });
  if (
    levels.every((level) =>
      evenInside(
        rows.filter((row) => row.level === level),
        height,
        width,
      ),
    )
  )
    return null;
  const side = Math.floor((WIDTH - 40) / levels.length);
  return {
    id: 'input-pixels',
    title: 'Which input pixels the ticket still looks at',
    caption:
      'Surviving first-layer weights that read each pixel, mean over trials; one picture for each percentage of weights remaining, each scaled to its own most-read pixel (black), unread pixels white.',
    svg: drawPlot(document, {
      height: side + 84,
      marginLeft: 20,
      marginRight: 20,
      marginTop: 34,
      marginBottom: 34,
      fx: { label: null, domain: [...new Set(rows.map(({ label }) => label))], padding: 0.06 },
      x: { axis: null, domain: [0, width] },
      y: { axis: null, domain: [height, 0] },
      color: { type: 'linear', range: ['#ffffff', '#08306b'], domain: [0, 1] },
      marks: [
        Plot.rect(rows, {
          fx: 'label',
          x1: 'column',
          x2: (d: { column: number }) => d.column + 1,
          y1: 'row',
          y2: (d: { row: number }) => d.row + 1,
          fill: 'share',
          inset: -0.1,
        }),
        Plot.frame({ stroke: '#999' }),
      ],
    }),
    csv: toCsv(rows.map(({ level, row, column, value }) => ({ level, row, column, surviving_weights_mean: value }))),
  };
}
