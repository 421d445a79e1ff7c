import { conditionOf } from '../../../analysis/conditions.js';
import { type EstimatorName, estimatorOf } from '../../../analysis/information/index.js';
import { type Interval, mean, tInterval } from '../../../analysis/intervals.js';
import { escapeXml, type Figure, toCsv, WIDTH } from '../../../figures/figure.js';
import { examplesOf, layersOf, mostOf, type Quantity, seriesOf } from '../courses.js';
import type { InformationFound } from '../found.js';
import { drawnLayers, iterationTicks, shareOf, textLines } from './look.js';
import { type Axis, acrossOf, axisOf, downOf, frame, limitDown, type Panel, pathOf, picture } from './panel.js';
import { choicesText } from './plane.js';

interface CurvePoint {
  readonly iteration: number;
  readonly mean: number;
  readonly interval: Interval | null;
  readonly n: number;
}

interface Curve {
  readonly condition: string;
  readonly layer: string;
  readonly quantity: Quantity;
  readonly points: readonly CurvePoint[];
}

const LEFT = 60;
const RIGHT = 26;
const TOP = 64;
const GAP = 54;
const HEIGHT = 118;
const ROW = HEIGHT + 30;
const LINE = 14;
const quantities: readonly Quantity[] = ['ofInput', 'ofLabel'];
const quantityName = { ofInput: 'I(X;T)', ofLabel: 'I(T;Y)' } as const;

/** Means over trials with intervals; every training of one condition has the same iterations. */
function pointsOf(
  found: InformationFound,
  estimator: EstimatorName,
  condition: string,
  layer: number,
  quantity: Quantity,
): CurvePoint[] {
  const series = seriesOf(found, estimator, condition, layer, quantity);
  return (series[0]?.iterations ?? []).map((iteration, place): CurvePoint => {
    const values = series.map((one) => one.values[place]);
    return { iteration, mean: mean(values), interval: tInterval(values), n: values.length };
  });
}

function drawCurve({ condition, points }: Curve, panel: Panel, across: Axis, down: Axis, last: number): string {
  const { colour } = conditionOf(condition);
  const at = (point: CurvePoint, value: number): [number, number] => [
    acrossOf(panel, across, shareOf(point.iteration, last)),
    downOf(panel, down, Math.min(down.high, Math.max(down.low, value))),
  ];
  const band = points.flatMap((point) => (point.interval === null ? [] : [{ point, interval: point.interval }]));
  const outline = pathOf([
    ...band.map(({ point, interval }) => at(point, interval.high)),
    ...[...band].reverse().map(({ point, interval }) => at(point, interval.low)),
  ]);
  const area = outline === '' ? '' : `<path d="${outline}Z" fill="${colour}" fill-opacity="0.13"/>`;
  const line = pathOf(points.map((point) => at(point, point.mean)));
  return `${area}<path d="${line}" fill="none" stroke="${colour}" stroke-width="1.6"/>`;
}

function legend(conditions: readonly string[]): string {
  let x = LEFT;
  return conditions
    .map((condition) => {
      const { title: name, colour } = conditionOf(condition);
      const at = x;
      x += 36 + name.length * 7;
      return `<line x1="${at}" x2="${at + 18}" y1="36" y2="36" stroke="${colour}" stroke-width="2.5"/><text x="${at + 23}" y="40" font-size="12" fill="#222">${escapeXml(name)}</text>`;
    })
    .join('');
}

/** I(X;T) and I(T;Y) of every layer over training, a row a layer, by one estimator; null where it says nothing. */
export function curvesFigure(found: InformationFound, estimator: EstimatorName): Figure | null {
  const names = layersOf(found).map(({ name }) => name);
  const curves = names.flatMap((layer, place) =>
    quantities.flatMap((quantity) =>
      found.conditions.flatMap((condition): Curve[] => {
        const points = pointsOf(found, estimator, condition, place, quantity);
        return points.length === 0 ? [] : [{ condition, layer, quantity, points }];
      }),
    ),
  );
  const said = names.filter((name) => curves.some(({ layer }) => layer === name));
  if (said.length === 0) return null;
  const rows = drawnLayers(said.length).map((index) => said[index]);
  const last = Math.max(...curves.flatMap(({ points }) => points.map(({ iteration }) => iteration)));
  const across: Axis = {
    low: 0,
    high: 1,
    ticks: iterationTicks(last).map(({ iteration, text }) => ({ at: shareOf(iteration, last), text })),
  };
  const width = (WIDTH - LEFT - RIGHT - GAP) / 2;
  const drawn = rows.flatMap((layer, row) =>
    quantities.map((quantity, column) => {
      const own = curves.filter((curve) => curve.layer === layer && curve.quantity === quantity);
      // One scale a quantity for all layers would flatten what happens in those that tell little.
      const values = own.flatMap(({ points }) => points.map((point) => point.mean));
      const ends = own.flatMap(({ points }) =>
        points.flatMap(({ interval }) => (interval === null ? [] : [interval.low, interval.high])),
      );
      const room = Math.max(...values) - Math.min(...values);
      const near = (value: number) => value >= Math.min(...values) - room && value <= Math.max(...values) + room;
      const down = axisOf([...values, ...ends.filter(near)]);
      const panel = { x: LEFT + column * (width + GAP), y: TOP + 10 + row * ROW, width, height: HEIGHT };
      const most = quantity === 'ofLabel' ? found.courses[0].measured.labelEntropy : mostOf(found);
      const limited = quantity === 'ofLabel' || estimatorOf(estimator).limited;
      return [
        frame(panel, across, down, {
          title: `${layer}: ${quantityName[quantity]}, bits`,
          numbersBelow: row === rows.length - 1,
          numbersLeft: true,
        }),
        limited ? limitDown(panel, down, most) : '',
        ...own.map((curve) => drawCurve(curve, panel, across, down, last)),
      ].join('');
    }),
  );
  const bottom = TOP + 10 + (rows.length - 1) * ROW + HEIGHT;
  const limits = `N = ${examplesOf(found).toLocaleString('en')} examples; dashed: ${estimatorOf(estimator).limited ? `log2 N = ${mostOf(found).toFixed(2)} on the left, ` : ''}H(Y) = ${found.courses[0].measured.labelEntropy.toFixed(2)} bits on the right, where the axis reaches so far.`;
  const choices = textLines(`${choicesText(found, estimator)} ${limits}`, 108);
  const content = [
    `<text x="${LEFT}" y="18" font-size="13" font-weight="bold" fill="#222">${escapeXml(estimatorOf(estimator).title)}</text>`,
    legend(found.conditions.filter((condition) => curves.some((curve) => curve.condition === condition))),
    ...drawn,
    ...[0, 1].map(
      (column) =>
        `<text x="${LEFT + column * (width + GAP) + width / 2}" y="${bottom + 34}" font-size="12" fill="#222" text-anchor="middle">iteration</text>`,
    ),
    ...choices.map(
      (line, i) =>
        `<text x="${LEFT}" y="${bottom + 56 + i * LINE}" font-size="11" fill="#444">${escapeXml(line)}</text>`,
    ),
  ].join('');
  const counts = [...new Set(curves.flatMap(({ points }) => points.map(({ n }) => n)))].sort((a, b) => a - b);
  return {
    id: `curves-${estimator}`,
    title: `Information in the layers over training: ${estimatorOf(estimator).title}`,
    caption: `Information of the input, left, and of the label, right, against the iteration on a scale of log(1 + iteration), mean over trials (n = ${counts.join(' to ')}) with 95% t intervals. Each panel has its own vertical axis; wide intervals are cut at its ends. ${choicesText(found, estimator)}`,
    svg: picture(bottom + 56 + choices.length * LINE, content),
    csv: toCsv(
      curves.flatMap(({ condition, layer, quantity, points }) =>
        points.map((point) => ({
          estimator,
          condition,
          layer,
          quantity: quantityName[quantity],
          iteration: point.iteration,
          mean_bits: point.mean,
          ci95_low: point.interval?.low ?? null,
          ci95_high: point.interval?.high ?? null,
          trials: point.n,
        })),
      ),
    ),
  };
}
