import * as Plot from '@observablehq/plot';
import {
  allReach,
  denseGroup,
  formatDensity,
  formatFixed,
  type StudyComparison,
  type StudyEntry,
  type StudyGroup,
  type Summary,
} from '../analysis/index.js';
import { costAxis } from './cost-axis.js';
import { cutAxis } from './cut-axis.js';
import { drawPlot, escapeXml, type Figure, type Place, stackPlots, toCsv, WIDTH } from './figure.js';
import { type Box, LABEL_SIZE, type PlacedLabel, placeLabels } from './place-labels.js';

/** The quality that one of the two figures shows. */
interface Quality {
  readonly id: string;
  readonly title: string;
  readonly caption: string;
  readonly axis: string;
  readonly column: string;
  readonly scale: number;
  readonly of: (group: StudyGroup) => Summary | null;
  /** Which end of the axis is good. */
  readonly better: 'above' | 'below';
}

const accuracy: Quality = {
  id: 'frontier-accuracy',
  title: 'What a ticket costs to find, and how accurate it is',
  caption:
    'Test accuracy at early stop, mean over trials with its 95% t interval, against the FLOPs until the mask was known. The blue steps are the Pareto front by means: nothing as cheap is as accurate. Each panel has its own vertical axis; tickets far below it stand at its foot with their accuracy.',
  axis: 'test accuracy (%)',
  column: 'test_accuracy_percent',
  scale: 100,
  of: ({ accuracy }) => accuracy,
  better: 'above',
};

const reach: Quality = {
  id: 'frontier-iterations',
  title: 'What a ticket costs to find, and when it is as good as the dense network ever was',
  caption:
    'Iterations until the validation loss is first no higher than the lowest of the dense network of the same trial, mean over trials with its 95% t interval, against the FLOPs until the mask was known. Hollow marks are means over those runs alone that get there, the count beside the name; tickets of which no run does stand in the band at the top. Each panel has its own vertical axis.',
  axis: 'iterations',
  column: 'iterations_to_dense_loss',
  scale: 1,
  of: ({ reach }) => reach.iterations,
  better: 'below',
};

/** A scheme's mark in a panel. */
interface Mark {
  readonly entry: StudyEntry;
  readonly ticket: StudyGroup;
  readonly cost: number;
  readonly label: string;
  readonly colour: string;
  readonly symbol: Plot.SymbolType;
  readonly isHollow: boolean;
  /** Null where no run has the quantity. */
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

const styles = {
  imp: { colour: '#d55e00', symbol: 'star' },
  random: { colour: '#009e73', symbol: 'triangle' },
  front: { colour: '#0072b2', symbol: 'circle' },
  other: { colour: '#6b7580', symbol: 'circle' },
} as const;

function marksOf(comparison: StudyComparison, density: number, quality: Quality): Mark[] {
  return comparison.entries.flatMap((entry): Mark[] => {
    const { ticket, scheme } = entry;
    if (entry.density !== density || ticket === null || ticket.findingInTrainings === null) return [];
    const summary = quality.of(ticket);
    const role =
      scheme === comparison.imp
        ? 'imp'
        : scheme === comparison.random
          ? 'random'
          : entry.onFront && quality.better === 'above'
            ? 'front'
            : 'other';
    const isHollow = quality.better === 'below' && !allReach(ticket.reach);
    const { reached, runs } = ticket.reach;
    const interval = isHollow ? null : (summary?.interval ?? null);
    return [
      {
        entry,
        ticket,
        cost: ticket.findingInTrainings,
        label: isHollow && summary !== null ? `${scheme.title} (${reached} of ${runs})` : scheme.title,
        ...styles[role],
        isHollow,
        value: summary === null ? null : summary.mean * quality.scale,
        low: interval && interval.low * quality.scale,
        high: interval && interval.high * quality.scale,
      },
    ];
  });
}

const MARGIN = { left: 70, right: 24, top: 30 };
const INNER = WIDTH - MARGIN.left - MARGIN.right;

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

function labelSvg({ x, y, box, leader, text }: PlacedLabel, colour: string): string {
  const line =
    leader === null
      ? ''
      : `<line x1="${x.toFixed(1)}" y1="${y.toFixed(1)}" x2="${leader.x.toFixed(1)}" y2="${leader.y.toFixed(1)}" stroke="#777" stroke-width="0.7"/>`;
  return `${line}<text class="label" x="${((box.left + box.right) / 2).toFixed(1)}" y="${(box.bottom - 3.5).toFixed(1)}" font-size="${LABEL_SIZE}" text-anchor="middle" fill="${colour}" stroke="white" stroke-width="2.5" stroke-linejoin="round" paint-order="stroke">${escapeXml(text)}</text>`;
}

function drawPanel(
  document: Document,
  comparison: StudyComparison,
  quality: Quality,
  panel: { density: number; marks: readonly Mark[]; axis: ReturnType<typeof costAxis>; isLast: boolean },
): { svg: string; height: number } {
  const { density, axis, isLast } = panel;
  const dense = denseGroup(comparison, '');
  const denseSummary = dense === null ? null : quality.of(dense);
  const denseValue = denseSummary === null ? null : denseSummary.mean * quality.scale;
  const places = axis.place(panel.marks.map(({ cost }) => cost));
  const valued = panel.marks.flatMap(({ value }) => (value === null ? [] : [value]));
  const known = [...valued, ...(denseValue === null ? [] : [denseValue])];
  const cut = cutAxis(known.length > 0 ? known : [0]);
  const isAbove = quality.better === 'above';
  // Iterations are never outliers downwards; all of them are shown, and a band above them for those that never get there.
  const low = isAbove ? cut.low : Math.min(...(known.length > 0 ? known : [0])) - (cut.high - Math.max(...known, 0));
  const hasNever = panel.marks.some(({ value }) => value === null);
  const band = (cut.high - low) * 0.3;
  const high = hasNever ? cut.high + band : cut.high;
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
  const height = 262 + (isLast ? 40 : 0);
  const bottom = isLast ? 56 : 16;
  const bounds: Box = {
    left: MARGIN.left + 2,
    right: WIDTH - 4,
    top: MARGIN.top + 1,
    bottom: height - bottom - 1,
  };
  const overlay = (place: Place) => {
    const points = marks.map(({ x, y, label }) => ({ x: place('x', x), y: place('y', y), text: label }));
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
    const labels = placeLabels(points, bounds, obstacles);
    const head = `${formatDensity(density)}% of weights`;
    return `<text x="${MARGIN.left}" y="${MARGIN.top - 10}" font-size="13" font-weight="bold" text-anchor="start" fill="#222">${head}</text>${labels.map((label, i) => labelSvg(label, marks[i].colour === '#6b7580' ? '#333' : marks[i].colour)).join('')}`;
  };
  const svg = drawPlot(
    document,
    {
      height,
      marginTop: MARGIN.top,
      marginBottom: bottom,
      marginLeft: MARGIN.left,
      marginRight: MARGIN.right,
      x: { type: 'linear', domain: axis.domain as [number, number] },
      y: { domain: [low, high], label: quality.axis, labelAnchor: 'center', labelArrow: 'none' },
      marks: [
        ...(axis.free === null
          ? []
          : [Plot.rect([axis.free], { x1: 'from', x2: 'to', y1: low, y2: high, fill: '#f1f1ee' })]),
        ...(hasNever
          ? [Plot.rect([0], { x1: axis.domain[0], x2: axis.domain[1], y1: cut.high, y2: high, fill: '#f8efe8' })]
          : []),
        Plot.gridX(axis.ticks.filter(({ text }) => text !== 'nothing').map(({ at }) => at)),
        Plot.gridY(),
        ...(axis.one === null ? [] : [Plot.ruleX([axis.one], { stroke: '#999' })]),
        Plot.axisY({
          label: quality.axis,
          labelAnchor: 'center',
          labelArrow: 'none',
          ticks: 5,
          tickFormat: (v: number) => (v <= cut.high ? v.toLocaleString('en') : 'never'),
          ...(hasNever ? { ticks: [...evenTicks(low, cut.high), cut.high + band / 2] } : {}),
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
        ...(denseSummary?.interval
          ? [
              Plot.rect([denseSummary.interval], {
                x1: axis.domain[0],
                x2: axis.domain[1],
                y1: denseSummary.interval.low * quality.scale,
                y2: denseSummary.interval.high * quality.scale,
                fill: '#000',
                fillOpacity: 0.06,
                clip: true,
              }),
            ]
          : []),
        ...(denseValue === null ? [] : [Plot.ruleY([denseValue], { stroke: '#000', strokeDasharray: '4 3' })]),
        ...(isAbove
          ? [
              Plot.line(
                frontSteps(
                  marks.filter(({ isUnder }) => !isUnder),
                  axis.domain[1],
                ),
                { x: 'x', y: 'y', stroke: '#0072b2', strokeOpacity: 0.45, strokeWidth: 1.5 },
              ),
            ]
          : []),
        Plot.ruleX(bars, { x: 'x', y1: 'low', y2: 'high', stroke: 'colour', strokeWidth: 1.6, clip: true }),
        ...marks.map((mark) =>
          Plot.dot([mark], {
            x: 'x',
            y: 'y',
            r: mark.symbol === 'circle' ? 4.5 : 6.5,
            fill: mark.isHollow ? 'white' : mark.colour,
            stroke: mark.colour,
            strokeWidth: 1.5,
            symbol: mark.isUnder ? 'triangle2' : mark.symbol,
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

/** Some four round numbers within a range. */
function evenTicks(low: number, high: number): number[] {
  const rough = (high - low) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((n) => n * power).find((size) => size >= rough)!;
  const ticks: number[] = [];
  for (let tick = Math.ceil(low / step); tick * step <= high; tick++) ticks.push(tick * step);
  return ticks;
}

function frontierFigure(comparison: StudyComparison, document: Document, quality: Quality): Figure | null {
  const shown = comparison.densities
    .map((density) => ({
      density,
      marks: marksOf(comparison, density, quality).filter(({ ticket }) => ticket.accuracy !== null),
    }))
    .filter(({ marks }) => marks.length > 0);
  if (shown.length === 0) return null;
  const axis = costAxis(
    shown.map(({ marks }) => marks.map(({ cost }) => cost)),
    INNER,
  );
  const panels = shown.map((panel, i) =>
    drawPanel(document, comparison, quality, { ...panel, axis, isLast: i === shown.length - 1 }),
  );
  return {
    id: quality.id,
    title: quality.title,
    caption: `${quality.caption} The dashed line is the dense network with its interval, the star ${comparison.imp?.title ?? 'would be IMP, which is not finished'}, the triangle ${comparison.random?.title ?? 'would be random masks, which were not drawn'}. What costs nothing has a column of its own on the left. Marks of nearly the same cost are moved a few pixels apart.`,
    svg: stackPlots(panels, [
      { name: 'dense network', colour: '#000000', dashed: true },
      ...(quality.better === 'above' ? [{ name: 'Pareto front', colour: '#0072b2' }] : []),
    ]),
    csv: toCsv(
      shown.flatMap(({ density, marks }) =>
        marks.map(({ entry, ticket, value, low, high }) => ({
          weights_asked_for_percent: density * 100,
          scheme: entry.scheme.name,
          finding_flops: ticket.finding!.flops,
          finding_dense_trainings: ticket.findingInTrainings,
          [`${quality.column}_mean`]: value,
          [`${quality.column}_ci95_low`]: low,
          [`${quality.column}_ci95_high`]: high,
          trials: ticket.accuracy!.n,
          runs: ticket.runs,
          runs_diverged: ticket.diverged,
          runs_reaching_dense_loss: ticket.reach.reached,
          on_pareto_front: entry.onFront ? 1 : 0,
        })),
      ),
    ),
  };
}

/** Cost of finding against quality, a panel a density: accuracy at early stop, and iterations to the dense network's lowest loss. */
export function frontierFigures(comparison: StudyComparison, document: Document): Figure[] {
  return [accuracy, reach]
    .map((quality) => frontierFigure(comparison, document, quality))
    .filter((figure) => figure !== null);
}
