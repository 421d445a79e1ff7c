import * as Plot from '@observablehq/plot';
import type { CellResult, RunResults } from '../experiments/results.js';
import { drawPlot, type Figure, percentText, styleOf, toCsv, WIDTH } from './figure.js';

/** Dark to light, one for each density shown. */
const shades = ['#000000', '#00429d', '#0072b2', '#56b4e9', '#009e73', '#e69f00', '#cc79a7'];

/** Mean of a curve over cells, iteration by iteration. */
function meanCurve(cells: readonly CellResult[]): { iteration: number; accuracy: number }[] {
  const done = cells.filter(({ status }) => status === 'done');
  if (done.length === 0) return [];
  const { iteration } = done[0].history;
  return iteration.map((step, row) => ({
    iteration: step,
    accuracy:
      (100 * done.reduce((sum, { history }) => sum + (history.testAccuracy ?? history.validationAccuracy)[row], 0)) /
      done.length,
  }));
}

/** At most seven levels: the dense network, then evenly spaced ones to the sparsest. */
function chosenLevels(levels: readonly number[]): number[] {
  if (levels.length <= 6) return [...levels];
  const last = levels.length - 1;
  return [...new Set(Array.from({ length: 6 }, (_, i) => levels[Math.round((i * last) / 5)]))];
}

/** The paper's Figure 3: accuracy against iteration, a line a density, tickets and their re-initialisations. */
export function learningCurves(results: RunResults, document: Document): Figure | null {
  const tickets = results.cells.filter(({ condition }) => condition === 'ticket' || condition === 'dense');
  const levels = chosenLevels([...new Set(tickets.map(({ level }) => level))].sort((a, b) => a - b));
  const densityOf = (level: number) => 100 * (tickets.find((cell) => cell.level === level)?.density ?? 0);
  const curves = levels.flatMap((level, index) => {
    const colour = shades[index];
    const own = {
      level,
      condition: level === 0 ? 'dense' : 'ticket',
      colour,
      points: meanCurve(tickets.filter((c) => c.level === level)),
    };
    const again = results.cells.filter((c) => c.condition === 'reinitialise' && c.level === level);
    const control = { level, condition: 'reinitialise', colour, points: meanCurve(again) };
    return index === levels.length - 1 && again.length > 0 ? [own, control] : [own];
  });
  const drawn = curves.filter(({ points }) => points.length > 0);
  if (drawn.length === 0) return null;
  // The first steps climb from chance; the axis begins where every curve has done a tenth of its training.
  const late = drawn.flatMap(({ points }) =>
    points.filter((_, i) => i >= points.length / 10).map(({ accuracy }) => accuracy),
  );
  const low = Math.max(0, Math.min(...late) - 0.5);
  const high = Math.min(100, Math.max(...late) + 0.3);
  const quantity = results.cells[0].history.testAccuracy ? 'test accuracy' : 'validation accuracy';
  const svg = drawPlot(
    document,
    {
      x: {
        label: 'training iteration',
        labelAnchor: 'center',
        labelArrow: 'none',
        tickFormat: (v: number) => v.toLocaleString('en'),
      },
      y: {
        label: `${quantity} (%)`,
        labelAnchor: 'center',
        domain: [low, high],
        clamp: false,
        grid: true,
        labelArrow: 'none',
      },
      marks: drawn.map(({ points, colour, condition }) =>
        Plot.lineY(
          points.filter(({ accuracy }) => accuracy >= low),
          {
            x: 'iteration',
            y: 'accuracy',
            stroke: colour,
            strokeWidth: 1.8,
            ...(condition === 'reinitialise' ? { strokeDasharray: '5 3' } : {}),
          },
        ),
      ),
    },
    drawn.map(({ level, condition, colour }) => ({
      name:
        condition === 'reinitialise'
          ? `${percentText(densityOf(level))}% redrawn`
          : `${percentText(densityOf(level))}%`,
      colour,
      dashed: condition === 'reinitialise',
    })),
  );
  return {
    id: 'learning-curves',
    title: 'How the networks learn, by weights remaining',
    caption: `Mean ${quantity} over trials, one line a percentage of weights remaining; the dashed line is the sparsest ticket’s weights drawn again at random (${styleOf('reinitialise').name}). The axis leaves out the climb from chance.`,
    svg,
    csv: toCsv(
      drawn.flatMap(({ level, condition, points }) =>
        points.map(({ iteration, accuracy }) => ({
          level,
          weights_remaining_percent: densityOf(level),
          condition,
          iteration,
          [`${quantity.replace(' ', '_')}_percent`]: accuracy,
        })),
      ),
    ),
  };
}

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
  const lowest = Math.min(...rows.flatMap(({ pm, own }) => [pm, own]));
  const colour = (layer: string) => shades[(layers.indexOf(layer) * 2 + 1) % shades.length];
  return {
    id: 'layer-densities',
    title: 'What survives in each layer',
    caption:
      'Percentage of each layer’s own weights that remain, mean over trials; both axes are logarithmic. Layers pruned at one rate lie on one line.',
    svg: drawPlot(
      document,
      {
        x: {
          type: 'log',
          reverse: true,
          label: 'weights remaining in the network (%)',
          labelAnchor: 'center',
          labelArrow: 'none',
          ticks: [100, 50, 20, 10, 5, 2, 1].filter((tick) => tick >= lowest * 0.8),
          tickFormat: percentText,
        },
        y: {
          type: 'log',
          label: 'weights remaining in the layer (%)',
          labelAnchor: 'center',
          labelArrow: 'none',
          grid: true,
          ticks: [100, 50, 20, 10, 5, 2, 1].filter((tick) => tick >= lowest * 0.8),
          tickFormat: percentText,
        },
        marks: layers.map((layer) =>
          Plot.lineY(
            rows.filter((row) => row.layer === layer),
            { x: 'pm', y: 'own', stroke: colour(layer), strokeWidth: 2, marker: 'circle' },
          ),
        ),
      },
      layers.map((layer) => ({ name: layer, colour: colour(layer) })),
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

/** Which pixels the ticket still looks at: small pictures, one a level. */
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
  const side = Math.floor((WIDTH - 40) / levels.length);
  return {
    id: 'input-pixels',
    title: 'Which input pixels the ticket still looks at',
    caption:
      'Surviving first-layer weights that read each pixel, mean over trials; one picture a percentage of weights remaining, each scaled to its own most-read pixel (black), unread pixels white.',
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
