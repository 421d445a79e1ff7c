import * as Plot from '@observablehq/plot';
import { STABLE_BELOW } from '../../../analysis/connectivity/index.js';
import { formatInteger } from '../../../analysis/index.js';
import { evenTicks } from '../../../figures/cut-axis.js';
import { drawPlot, type Figure, type ToPixels, toCsv, WIDTH } from '../../../figures/figure.js';
import { labelSvg, placeLabels } from '../../../figures/place-labels.js';
import { MATCHES_WITHIN } from '../../shared/rewinds/matching.js';
import { densityStyles } from '../../shared/rewinds/panel.js';
import { weightsAtText } from '../../shared/rewinds/words.js';
import type { StabilityEntry } from '../entry.js';
import type { StabilityFound } from '../found.js';
import { BARRIER_CONSTANT, barrierAxis } from './barrier-axis.js';

const HEIGHT = 460;
/** More labels than this are not drawn. */
const MOST_LABELS = 14;

const MARGIN = { top: 44, bottom: 48, left: 70, right: 24 } as const;

/** Accuracy of tickets less the dense network's against the barrier between their children: do they match where they are stable? */
export function matchingFigure(
  found: StabilityFound,
  entries: readonly StabilityEntry[],
  document: Document,
): Figure | null {
  const points = entries.flatMap(({ density, rewind, children, matching }) => {
    if (children?.test == null || matching?.mean == null) return [];
    const { mean, interval } = children.test;
    return [
      {
        density,
        rewind,
        barrier: mean * 100,
        barrierLow: interval && Math.max(0, interval.low * 100),
        barrierHigh: interval && interval.high * 100,
        gain: matching.mean * 100,
        gainLow: matching.interval && matching.interval.low * 100,
        gainHigh: matching.interval && matching.interval.high * 100,
        n: matching.n,
      },
    ];
  });
  if (points.length === 0) return null;
  const styles = densityStyles(found.densities.filter((density) => points.some((point) => point.density === density)));
  const styleAt = (density: number) => styles.get(density) as { name: string; colour: string; symbol: string };
  const { domain, ticks } = barrierAxis(points.map(({ barrier }) => barrier));
  // Intervals of few trials are long; the axis is that of the means, and half as much again.
  const gains = points.map(({ gain }) => gain);
  const [least, most] = [Math.min(-0.4, ...gains), Math.max(0.2, ...gains)];
  const room = 0.25 * (most - least);
  const [low, high] = [least - room, most + room];
  const within = (value: number) => Math.min(high, Math.max(low, value));
  const across = (value: number) => Math.min(domain[1], value);
  const drawn = points.filter(({ barrierLow, gainLow }) => barrierLow !== null || gainLow !== null);
  // Many labels would hide what they are of: then the first and the last of each density tell which way its line goes.
  const ends = (density: number) => points.filter((point) => point.density === density).map(({ rewind }) => rewind);
  const isLabelled = ({ density, rewind }: (typeof points)[number]) =>
    points.length <= MOST_LABELS || rewind === Math.min(...ends(density)) || rewind === Math.max(...ends(density));
  const overlay = (place: ToPixels) => {
    const marks = points.map((point) => ({
      x: place('x', across(point.barrier)),
      y: place('y', point.gain),
      text: isLabelled(point) ? formatInteger(point.rewind) : '',
      radius: 4,
    }));
    const bounds = {
      left: MARGIN.left + 3,
      right: WIDTH - MARGIN.right,
      top: MARGIN.top + 2,
      bottom: HEIGHT - MARGIN.bottom - 2,
    };
    return placeLabels(marks, bounds)
      .map((label, i) => labelSvg(label, styleAt(points[i].density).colour))
      .join('');
  };
  const svg = drawPlot(
    document,
    {
      height: HEIGHT,
      marginTop: MARGIN.top,
      marginBottom: MARGIN.bottom,
      x: { type: 'symlog', constant: BARRIER_CONSTANT, domain: [...domain], axis: null },
      y: { domain: [low, high], axis: null },
      marks: [
        Plot.rect([0], {
          x1: 0,
          x2: STABLE_BELOW * 100,
          y1: -MATCHES_WITHIN * 100,
          y2: high,
          fill: '#009e73',
          fillOpacity: 0.07,
        }),
        Plot.gridY(evenTicks(low, high)),
        Plot.gridX(ticks),
        Plot.axisY(evenTicks(low, high), {
          label: 'test accuracy less the dense network’s (points)',
          labelAnchor: 'center',
          labelArrow: 'none',
        }),
        Plot.axisX(ticks, {
          label: 'barrier between children (points of test error)',
          labelAnchor: 'center',
          labelArrow: 'none',
          text: (value: number) => `${value}`,
        }),
        Plot.ruleY([0], { stroke: '#000', strokeDasharray: '4 3' }),
        Plot.ruleX([STABLE_BELOW * 100], { stroke: '#a00', strokeDasharray: '2 3' }),
        Plot.ruleY([-MATCHES_WITHIN * 100], { stroke: '#a00', strokeDasharray: '2 3' }),
        ...drawn.flatMap((point) => {
          const { colour } = styleAt(point.density);
          const bars: Plot.Markish[] = [];
          if (point.gainLow !== null && point.gainHigh !== null)
            bars.push(
              Plot.ruleX([point], {
                x: across(point.barrier),
                y1: within(point.gainLow),
                y2: within(point.gainHigh),
                stroke: colour,
                strokeOpacity: 0.6,
              }),
            );
          if (point.barrierLow !== null && point.barrierHigh !== null)
            bars.push(
              Plot.ruleY([point], {
                y: point.gain,
                x1: across(point.barrierLow),
                x2: across(point.barrierHigh),
                stroke: colour,
                strokeOpacity: 0.6,
              }),
            );
          return bars;
        }),
        ...[...styles.keys()].map((density) =>
          Plot.line(
            points.filter((point) => point.density === density),
            {
              x: (point: (typeof points)[number]) => across(point.barrier),
              y: 'gain',
              stroke: styleAt(density).colour,
              strokeOpacity: 0.35,
            },
          ),
        ),
        ...points.map((point) => {
          const { colour, symbol } = styleAt(point.density);
          return Plot.dot([point], {
            x: across(point.barrier),
            y: 'gain',
            fill: colour,
            symbol: symbol as Plot.SymbolType,
            r: 4.2,
          });
        }),
      ],
    },
    [...styles.values()],
    overlay,
  );
  return {
    id: 'accuracy-by-barrier',
    title: 'Whether tickets match the dense network where they are stable',
    caption: `Each mark is the tickets of one density and one rewind, a thin line going from rewind to rewind, with the iteration beside ${points.length > MOST_LABELS ? 'the earliest and the latest' : 'each'}: test accuracy ${weightsAtText(found.at)} less the dense network’s, paired by trial, against the barrier between children, means over trials${found.trials > 1 ? ' with 95% t intervals' : ''}. Red lines: 2 points of barrier, and ${MATCHES_WITHIN * 100} points below the dense network. Tickets that match exactly where they are stable lie in the green corner, or in the opposite one.`,
    svg,
    csv: toCsv(
      points.map((point) => ({
        weights_asked_for_percent: point.density * 100,
        rewind_iteration: point.rewind,
        barrier_points_mean: point.barrier,
        barrier_points_ci95_low: point.barrierLow,
        barrier_points_ci95_high: point.barrierHigh,
        accuracy_less_dense_points_mean: point.gain,
        accuracy_less_dense_points_ci95_low: point.gainLow,
        accuracy_less_dense_points_ci95_high: point.gainHigh,
        trials: point.n,
      })),
    ),
  };
}
