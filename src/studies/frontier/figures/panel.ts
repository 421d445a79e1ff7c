import * as Plot from '@observablehq/plot';
import { formatDensity } from '../../../analysis/index.js';
import { evenTicks } from '../../../figures/cut-axis.js';
import { drawPlot, type ToPixels, WIDTH } from '../../../figures/figure.js';
import { type Box, labelSvg, placeLabels } from '../../../figures/place-labels.js';
import type { StudyComparison } from '../../shared/schemes/compare.js';
import type { CostAxis } from './cost-axis.js';
import { type Mark, markStyles, type Quality } from './marks.js';
import { layoutPanel, type Panel, type PanelLayout } from './panel-layout.js';

const MARGIN = { left: 70, right: 24, top: 30 };
/** Width of the cost axis in pixels. */
export const INNER = WIDTH - MARGIN.left - MARGIN.right;

const radiusOf = ({ symbol }: Mark) => (symbol === 'circle' ? 4.5 : 6.5);

/** How far a mark reaches from its centre: a symbol has the area of the circle of its radius, and points that stick out of it. */
const reachOf = ({ symbol }: Mark) => (symbol === 'circle' ? 4.5 : 9);

/** Shaded grounds: the column of what costs nothing, the dense network's interval, the band of those that never get there. */
function grounds({ dense, values, top, never }: PanelLayout, { domain: [left, right], free }: CostAxis): Plot.Markish {
  const interval = dense?.interval;
  return [
    free && Plot.rect([free], { x1: 'from', x2: 'to', y1: values.low, y2: top, fill: '#f1f1ee' }),
    interval &&
      Plot.rect([interval], {
        x1: left,
        x2: right,
        y1: Math.max(values.low, interval.low),
        y2: Math.min(values.high, interval.high),
        fill: '#000',
        fillOpacity: 0.06,
      }),
    never === null ? null : Plot.rect([0], { x1: left, x2: right, y1: values.high, y2: top, fill: '#f8efe8' }),
  ];
}

/** The cost axis, in its ticks' own words. */
const costTicks = ({ ticks }: CostAxis, { cost }: Quality) =>
  Plot.axisX(
    ticks.map(({ at }) => at),
    {
      text: (at: number) => ticks.find((tick) => tick.at === at)!.text,
      label: `cost of finding${cost === 'total' ? ' and training' : ''} the ticket, in trainings of the dense network (FLOP)`,
      labelAnchor: 'center',
      labelArrow: 'none',
    },
  );

/** The grid, the line of one dense training, and the axes. */
function axes({ values, never }: PanelLayout, { axis, isLast }: Panel, quality: Quality): Plot.Markish {
  const ticks = evenTicks(values.low, values.high);
  return [
    Plot.gridX(axis.ticks.filter(({ text }) => text !== 'nothing').map(({ at }) => at)),
    Plot.gridY(ticks),
    axis.one === null ? null : Plot.ruleX([axis.one], { stroke: '#999' }),
    Plot.axisY(never === null ? ticks : [...ticks, never], {
      text: (value: number) => (value <= values.high ? value.toLocaleString('en') : 'never'),
      label: quality.axis,
      labelAnchor: 'center',
      labelArrow: 'none',
    }),
    isLast ? costTicks(axis, quality) : null,
  ];
}

/** The dense network's mean, the front, and the tickets with their intervals, from back to front. */
function shownValues({ dense, steps, bars, marks }: PanelLayout): Plot.Markish {
  return [
    dense && Plot.ruleY([dense.mean], { stroke: '#000', strokeDasharray: '4 3' }),
    Plot.line(steps, { x: 'x', y: 'y', stroke: markStyles.front.colour, strokeOpacity: 0.45, strokeWidth: 1.5 }),
    Plot.ruleX(bars, { x: 'x', y1: 'low', y2: 'high', stroke: 'colour', strokeWidth: 1.6, clip: true }),
    ...marks.map((mark) =>
      Plot.dot([mark], {
        x: 'x',
        y: 'y',
        r: radiusOf(mark),
        fill: mark.isHollow ? 'white' : mark.colour,
        stroke: mark.colour,
        strokeWidth: 1.5,
        symbol: mark.isUnder ? 'triangle' : mark.symbol,
        rotate: mark.isUnder ? 180 : 0,
      }),
    ),
  ];
}

/** What labels leave free beside the marks, in pixels: intervals, the dense network's mean, and the front's steps. */
function obstacles({ bars, dense, steps }: PanelLayout, bounds: Box, toPixels: ToPixels): Box[] {
  const x = (place: number) => toPixels('x', place);
  const y = (value: number) => toPixels('y', value);
  return [
    ...bars.map((bar) => ({
      left: x(bar.x) - 1.5,
      right: x(bar.x) + 1.5,
      top: Math.max(bounds.top, y(bar.high!)),
      bottom: Math.min(bounds.bottom, y(bar.low!)),
    })),
    ...(dense === null
      ? []
      : [{ left: bounds.left, right: bounds.right, top: y(dense.mean) - 1, bottom: y(dense.mean) + 1 }]),
    ...steps.slice(1).map((to, i) => ({
      left: x(steps[i].x) - 1,
      right: x(to.x) + 1,
      top: y(Math.max(steps[i].y, to.y)) - 1,
      bottom: y(Math.min(steps[i].y, to.y)) + 1,
    })),
  ];
}

/** The names of the schemes beside their marks, as SVG. */
function schemeLabels(layout: PanelLayout, bounds: Box, toPixels: ToPixels): string {
  const points = layout.marks.map((mark) => ({
    x: toPixels('x', mark.x),
    y: toPixels('y', mark.y),
    text: mark.label,
    radius: reachOf(mark),
  }));
  return placeLabels(points, bounds, obstacles(layout, bounds, toPixels))
    .map((label, i) => {
      const { colour } = layout.marks[i];
      // Text needs more contrast than the marks of most schemes have.
      return labelSvg(label, colour === markStyles.other.colour ? '#333' : colour);
    })
    .join('');
}

const panelTitle = (density: number) =>
  `<text x="${MARGIN.left}" y="${MARGIN.top - 10}" font-size="13" font-weight="bold" text-anchor="start" fill="#222">${formatDensity(density)}% of weights</text>`;

/**
 * Draws the tickets of one density, cost of finding across and quality upwards.
 *
 * @returns the panel as SVG, and its height in pixels
 */
export function drawPanel(
  document: Document,
  comparison: StudyComparison,
  quality: Quality,
  panel: Panel,
): { svg: string; height: number } {
  const { density, axis, isLast } = panel;
  const layout = layoutPanel(comparison, quality, panel);
  const height = isLast ? 294 : 256;
  const marginBottom = isLast ? 48 : 10;
  const bounds: Box = {
    left: MARGIN.left + 2,
    right: WIDTH - 4,
    top: MARGIN.top + 1,
    bottom: height - marginBottom - 1,
  };
  const svg = drawPlot(
    document,
    {
      height,
      marginTop: MARGIN.top,
      marginBottom,
      marginLeft: MARGIN.left,
      marginRight: MARGIN.right,
      x: { type: 'linear', domain: axis.domain, axis: null },
      y: { domain: [layout.values.low, layout.top], axis: null },
      marks: [grounds(layout, axis), axes(layout, panel, quality), shownValues(layout)],
      color: { type: 'identity' },
    },
    [],
    (toPixels) => panelTitle(density) + schemeLabels(layout, bounds, toPixels),
  );
  return { svg, height };
}
