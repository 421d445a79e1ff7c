import * as Plot from '@observablehq/plot';
import { formatDensity, formatFixed } from '../../../analysis/index.js';
import { cutAxis, evenTicks } from '../../../figures/cut-axis.js';
import { drawPlot, type ToPixels, WIDTH } from '../../../figures/figure.js';
import { type Box, labelSvg, placeLabels } from '../../../figures/place-labels.js';
import { denseGroup, type StudyComparison } from '../../shared/schemes/compare.js';
import type { CostAxis } from './cost-axis.js';
import { type Mark, markStyles, type Quality } from './marks.js';

const MARGIN = { left: 70, right: 24, top: 30 };
/** Width of the cost axis in pixels. */
export const INNER = WIDTH - MARGIN.left - MARGIN.right;

const radiusOf = ({ symbol }: Mark) => (symbol === 'circle' ? 4.5 : 6.5);

/** How far a mark reaches from its centre: a symbol has the area of the circle of its radius, and points that stick out of it. */
const reachOf = ({ symbol }: Mark) => (symbol === 'circle' ? 4.5 : 9);

/** Steps along the front, from cheap to dear, as far as the axis goes. */
function frontSteps(marks: readonly (Mark & { x: number })[], end: number): { x: number; y: number }[] {
  const on = marks
    .filter(({ entry, value }) => entry.onFront && value !== null)
    .sort((a, b) => a.x - b.x)
    // Equals on the front are one step.
    .filter((mark, i, all) => i === 0 || mark.value! > all[i - 1].value!);
  const steps = on.flatMap((mark, i) => [
    ...(i === 0 ? [] : [{ x: mark.x, y: on[i - 1].value! }]),
    { x: mark.x, y: mark.value! },
  ]);
  return steps.length === 0 ? [] : [...steps, { x: end, y: steps[steps.length - 1].y }];
}

export function drawPanel(
  document: Document,
  comparison: StudyComparison,
  quality: Quality,
  panel: { density: number; marks: readonly Mark[]; axis: CostAxis; isLast: boolean },
): { svg: string; height: number } {
  const { density, axis, isLast } = panel;
  const dense = denseGroup(comparison, '');
  const denseSummary = dense === null ? null : quality.of(dense);
  const denseValue = denseSummary === null ? null : denseSummary.mean * quality.scale;
  const places = axis.place(panel.marks.map(({ cost }) => cost));
  const known = [...panel.marks.flatMap(({ value }) => value ?? []), ...(denseValue === null ? [] : [denseValue])];
  const ends = panel.marks.flatMap(({ low, high }) => (low === null || high === null ? [] : [low, high]));
  const isAbove = quality.better === 'above';
  // Iterations have no outliers; beside them there is a band for those that never get there.
  const cut = cutAxis(known.length > 0 ? known : [0], {
    ends,
    isWhole: !isAbove,
    ...(isAbove ? { most: 100 } : {}),
  });
  const { low } = cut;
  const hasNever = panel.marks.some(({ value }) => value === null);
  const band = (cut.high - low) * 0.3;
  const high = hasNever ? cut.high + band : cut.high;
  const ticks = evenTicks(low, cut.high);
  const foot = low + (high - low) * 0.03;
  const marks = panel.marks.map((mark, i) => {
    const isUnder = mark.value !== null && mark.value < low;
    return {
      ...mark,
      x: places[i],
      y: mark.value === null ? cut.high + band / 2 : isUnder ? foot : mark.value,
      label: isUnder ? `${mark.label} ${formatFixed(mark.value!, 1)}%` : mark.label,
      isUnder,
    };
  });
  const onAxis = marks.filter(({ isUnder, value }) => !isUnder && value !== null);
  const bars = onAxis.filter((mark) => mark.low !== null);
  const height = 256 + (isLast ? 38 : 0);
  const bottom = isLast ? 48 : 10;
  const bounds: Box = {
    left: MARGIN.left + 2,
    right: WIDTH - 4,
    top: MARGIN.top + 1,
    bottom: height - bottom - 1,
  };
  const steps = isAbove
    ? frontSteps(
        marks.filter(({ isUnder }) => !isUnder),
        axis.domain[1],
      )
    : [];
  const overlay = (place: ToPixels) => {
    const points = marks.map((mark) => ({
      x: place('x', mark.x),
      y: place('y', mark.y),
      text: mark.label,
      radius: reachOf(mark),
    }));
    const obstacles = bars.map((bar): Box => {
      const x = place('x', bar.x);
      return {
        left: x - 1.5,
        right: x + 1.5,
        top: Math.max(bounds.top, place('y', bar.high!)),
        bottom: Math.min(bounds.bottom, place('y', bar.low!)),
      };
    });
    if (denseValue !== null) {
      const y = place('y', denseValue);
      obstacles.push({ left: bounds.left, right: bounds.right, top: y - 1, bottom: y + 1 });
    }
    steps.slice(1).forEach((to, i) => {
      const from = steps[i];
      obstacles.push({
        left: place('x', from.x) - 1,
        right: place('x', to.x) + 1,
        top: place('y', Math.max(from.y, to.y)) - 1,
        bottom: place('y', Math.min(from.y, to.y)) + 1,
      });
    });
    const labels = placeLabels(points, bounds, obstacles);
    const head = `${formatDensity(density)}% of weights`;
    return `<text x="${MARGIN.left}" y="${MARGIN.top - 10}" font-size="13" font-weight="bold" text-anchor="start" fill="#222">${head}</text>${labels.map((label, i) => labelSvg(label, marks[i].colour === markStyles.other.colour ? '#333' : marks[i].colour)).join('')}`;
  };
  const svg = drawPlot(
    document,
    {
      height,
      marginTop: MARGIN.top,
      marginBottom: bottom,
      marginLeft: MARGIN.left,
      marginRight: MARGIN.right,
      x: { type: 'linear', domain: axis.domain as [number, number], axis: null },
      y: { domain: [low, high], axis: null },
      marks: [
        ...(axis.free === null
          ? []
          : [Plot.rect([axis.free], { x1: 'from', x2: 'to', y1: low, y2: high, fill: '#f1f1ee' })]),
        ...(denseSummary?.interval
          ? [
              Plot.rect([denseSummary.interval], {
                x1: axis.domain[0],
                x2: axis.domain[1],
                y1: Math.max(low, denseSummary.interval.low * quality.scale),
                y2: Math.min(cut.high, denseSummary.interval.high * quality.scale),
                fill: '#000',
                fillOpacity: 0.06,
              }),
            ]
          : []),
        ...(hasNever
          ? [Plot.rect([0], { x1: axis.domain[0], x2: axis.domain[1], y1: cut.high, y2: high, fill: '#f8efe8' })]
          : []),
        Plot.gridX(axis.ticks.filter(({ text }) => text !== 'nothing').map(({ at }) => at)),
        Plot.gridY(ticks),
        ...(axis.one === null ? [] : [Plot.ruleX([axis.one], { stroke: '#999' })]),
        Plot.axisY(hasNever ? [...ticks, cut.high + band / 2] : ticks, {
          text: (value: number) => (value <= cut.high ? value.toLocaleString('en') : 'never'),
          label: quality.axis,
          labelAnchor: 'center',
          labelArrow: 'none',
        }),
        ...(isLast
          ? [
              Plot.axisX(
                axis.ticks.map(({ at }) => at),
                {
                  text: (at: number) => axis.ticks.find((tick) => tick.at === at)!.text,
                  label: 'cost of finding the ticket, in trainings of the dense network (FLOP)',
                  labelAnchor: 'center',
                  labelArrow: 'none',
                },
              ),
            ]
          : []),
        ...(denseValue === null ? [] : [Plot.ruleY([denseValue], { stroke: '#000', strokeDasharray: '4 3' })]),
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
      ],
      color: { type: 'identity' },
    },
    [],
    overlay,
  );
  return { svg, height };
}
