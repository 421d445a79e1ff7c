import * as Plot from '@observablehq/plot';
import { conditionOf } from '../../../analysis/conditions.js';
import { cutAxis, evenTicks } from '../../../figures/cut-axis.js';
import { densityTicks, drawPlot, type Figure, percentText, toCsv, WIDTH } from '../../../figures/figure.js';
import { denseGroup, type StudyComparison } from './compare.js';
import type { StudyGroup } from './group.js';

/** Panels beside each other, and pixels of a panel's height and of the margins. */
const COLUMNS = 4;
const PANEL = 128;
const MARGIN = { left: 62, right: 12, top: 62, bottom: 50 };

/** Of the axis of densities, at most so many that labels stand apart in a narrow panel. */
function narrowTicks(percentages: readonly number[], pixels: number): number[] {
  const ticks = densityTicks(percentages);
  const room = Math.max(2, Math.floor(pixels / 36));
  const step = Math.ceil(ticks.length / room);
  return ticks.filter((_, i) => i % step === 0);
}

/**
 * Frankle et al. 2021's figures: scheme by scheme, accuracy against density, the ticket beside its controls, with common
 * axes. Null where no ticket has a finished run.
 */
export function controlFigure(comparison: StudyComparison, document: Document): Figure | null {
  const conditions = ['ticket', ...comparison.controls];
  const shown = comparison.schemes.filter((scheme) =>
    comparison.entries.some((entry) => entry.scheme === scheme && entry.ticket !== null),
  );
  const rows = comparison.entries.flatMap(({ scheme, density, ticket, controls }) =>
    [...(ticket === null ? [] : [ticket]), ...controls].flatMap((group) => {
      if (group.accuracy === null) return [];
      const place = shown.indexOf(scheme);
      const { mean, interval, n } = group.accuracy;
      return [
        {
          fx: place % COLUMNS,
          fy: Math.floor(place / COLUMNS),
          scheme,
          condition: group.condition,
          pm: density * 100,
          mean: mean * 100,
          low: interval && interval.low * 100,
          high: interval && interval.high * 100,
          n,
          group,
        },
      ];
    }),
  );
  if (rows.length === 0) return null;
  const dense = shown.flatMap(({ name }, place) => {
    const mean = denseGroup(comparison, name)?.accuracy?.mean;
    return mean === undefined ? [] : [{ fx: place % COLUMNS, fy: Math.floor(place / COLUMNS), mean: mean * 100 }];
  });
  const percentages = [...new Set(rows.map(({ pm }) => pm))];
  const columns = Math.min(COLUMNS, shown.length);
  const lines = Math.ceil(shown.length / COLUMNS);
  const width = (WIDTH - MARGIN.left - MARGIN.right) / columns;
  const { low, high, isCut } = cutAxis([...rows.map(({ mean }) => mean), ...dense.map(({ mean }) => mean)], {
    most: 100,
    ends: rows.flatMap((row) => (row.low === null || row.high === null ? [] : [row.low, row.high])),
  });
  const ticks = evenTicks(low, high);
  const titles = shown.map(({ title }, place) => ({
    fx: place % COLUMNS,
    fy: Math.floor(place / COLUMNS),
    title,
  }));
  const shift = (index: number) => (index - (conditions.length - 1) / 2) * 5;
  const svg = drawPlot(
    document,
    {
      height: MARGIN.top + MARGIN.bottom + lines * PANEL,
      marginLeft: MARGIN.left,
      marginRight: MARGIN.right,
      marginTop: MARGIN.top,
      marginBottom: MARGIN.bottom,
      fx: { axis: null, domain: Array.from({ length: columns }, (_, i) => i), padding: 0.07 },
      fy: { axis: null, domain: Array.from({ length: lines }, (_, i) => i), padding: 0.25 },
      x: {
        type: 'log',
        domain: [Math.max(...percentages) * 1.25, Math.min(...percentages) / 1.25],
        axis: null,
      },
      y: { domain: [low, high], axis: null },
      marks: [
        Plot.gridY(ticks),
        Plot.axisY(ticks, {
          label: 'test accuracy (%)',
          labelAnchor: 'center',
          labelArrow: 'none',
          text: (v: number) => v.toLocaleString('en'),
        }),
        Plot.axisX(narrowTicks(percentages, width), {
          text: (value: number) => percentText(value),
          label: 'weights remaining (%)',
          labelAnchor: 'center',
          labelArrow: 'none',
        }),
        Plot.frame({ stroke: '#ddd' }),
        Plot.ruleY(dense, { fx: 'fx', fy: 'fy', y: 'mean', stroke: '#000', strokeDasharray: '4 3', clip: true }),
        ...conditions.flatMap((condition, index) => {
          const { colour, symbol } = conditionOf(condition);
          const own = rows.filter((row) => row.condition === condition);
          const marked = { fx: 'fx', fy: 'fy', x: 'pm', dx: shift(index) };
          return [
            Plot.ruleX(
              own.filter((row) => row.low !== null && row.mean >= low),
              { ...marked, y1: 'low', y2: 'high', stroke: colour, strokeWidth: 1.4, clip: true },
            ),
            Plot.lineY(own, { ...marked, y: 'mean', z: 'fx', stroke: colour, strokeWidth: 1.6, clip: true }),
            Plot.dot(
              own.filter(({ mean }) => mean >= low),
              { ...marked, y: 'mean', fill: colour, symbol: symbol as Plot.SymbolType, r: 3 },
            ),
            // What lies under the axis stands at its foot.
            Plot.dot(
              own.filter(({ mean }) => mean < low),
              { ...marked, y: low, dy: -4, stroke: colour, fill: 'white', symbol: 'triangle', rotate: 180, r: 3.5 },
            ),
          ];
        }),
        Plot.text(titles, {
          fx: 'fx',
          fy: 'fy',
          text: 'title',
          frameAnchor: 'top-left',
          // A title of two lines grows upwards.
          lineAnchor: 'bottom',
          lineWidth: (width - 6) / 11,
          dy: -5,
          fontSize: 11,
        }),
      ],
    },
    [
      ...(dense.length > 0 ? [{ name: conditionOf('dense').title, colour: '#000000', dashed: true }] : []),
      ...conditions.map((condition) => ({ name: conditionOf(condition).title, colour: conditionOf(condition).colour })),
    ],
  );
  const isOwn = comparison.study.dense === 'own';
  const what = isOwn ? 'Initialiser by initialiser' : 'Scheme by scheme';
  return {
    id: 'tickets-and-controls',
    title: 'Tickets beside their controls',
    caption: `${what}, test accuracy at early stop against weights remaining: means over trials with 95% t intervals, control draws of one ticket averaged first; marks of one density are moved a few pixels apart. The dashed line is the dense network${isOwn ? ' of the same initialisation' : ''}. All panels have the same axes${isCut ? '; hollow marks at the foot are of means below the axis, which the table holds' : ''}.`,
    svg,
    csv: toCsv(
      rows.map(({ scheme, condition, pm, mean, low, high, n, group }) => ({
        scheme: scheme.name,
        condition,
        weights_asked_for_percent: pm,
        test_accuracy_percent_mean: mean,
        test_accuracy_percent_ci95_low: low,
        test_accuracy_percent_ci95_high: high,
        trials: n,
        runs: (group as StudyGroup).runs,
        runs_diverged: (group as StudyGroup).diverged,
      })),
    ),
  };
}
