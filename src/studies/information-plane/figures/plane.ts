import { conditionOf } from '../../../analysis/conditions.js';
import { formatDensity } from '../../../analysis/index.js';
import { type EstimatorName, estimatorOf } from '../../../analysis/information/index.js';
import { escapeXml, type Figure, toCsv, WIDTH } from '../../../figures/figure.js';
import { coursesOf, examplesOf, layersOf, meanSeries, mostOf, SATURATED, seriesOf } from '../courses.js';
import type { InformationFound } from '../found.js';
import { colourBar, drawnLayers, layerLegend, shareColour, shareOf, signOf, textLines } from './look.js';
import {
  type Axis,
  acrossOf,
  axisOf,
  downOf,
  frame,
  limitAcross,
  limitDown,
  type Panel,
  pathOf,
  picture,
} from './panel.js';

/** One layer's way through the plane: of one trial, or the mean over those that there are. */
export interface Way {
  /** Place of its condition among those that are shown. */
  readonly panel: number;
  /** Place of its layer among those that are drawn. */
  readonly layer: number;
  /** Null for the mean. */
  readonly trial: number | null;
  readonly points: readonly { readonly iteration: number; readonly input: number; readonly label: number }[];
}

/** What one estimator's picture of the plane is made of. */
export interface Plane {
  readonly estimator: EstimatorName;
  readonly conditions: readonly string[];
  /** Names of the layers that are drawn. */
  readonly layers: readonly string[];
  readonly ways: readonly Way[];
  readonly panels: readonly Panel[];
  readonly across: Axis;
  readonly down: Axis;
  readonly height: number;
  /** Everything but the ways. */
  readonly ground: string;
  readonly last: number;
}

const TOP = 92;
const LEFT = 60;
const GAP = 26;
const TITLE = 26;
const HEIGHT = 216;
const LINE = 14;

/** The ways of all layers that the estimator says something of. */
function waysOf(found: InformationFound, estimator: EstimatorName): { ways: Way[]; layers: string[] } {
  const said = layersOf(found).flatMap(({ name }, place) =>
    found.conditions.some((condition) => seriesOf(found, estimator, condition, place, 'ofInput').length > 0)
      ? [{ name, place }]
      : [],
  );
  const drawn = drawnLayers(said.length).map((index) => said[index]);
  const ways = found.conditions.flatMap((condition, panel) =>
    drawn.flatMap(({ place }, layer): Way[] => {
      const inputs = seriesOf(found, estimator, condition, place, 'ofInput');
      const labels = seriesOf(found, estimator, condition, place, 'ofLabel');
      if (inputs.length === 0) return [];
      const single = inputs.map(({ trial, iterations, values }, index): Way => {
        const points = iterations.map((iteration, i) => ({
          iteration,
          input: values[i],
          label: labels[index].values[i],
        }));
        return { panel, layer, trial, points };
      });
      const mean = meanSeries(labels);
      const points = meanSeries(inputs).map(({ iteration, value }, i) => ({
        iteration,
        input: value,
        label: mean[i].value,
      }));
      return [...single, { panel, layer, trial: null, points }];
    }),
  );
  return { ways, layers: drawn.map(({ name }) => name) };
}

/** What the estimator assumed, and where it says nothing: sentences that stand under the picture. */
export function choicesText(found: InformationFound, estimator: EstimatorName): string {
  const layers = layersOf(found);
  const isBounded = layers.every(({ activation }) => activation !== 'relu');
  const { title, choice, limited } = estimatorOf(estimator);
  const full = limited
    ? layers.flatMap(({ name }, layer) => {
        const ends = found.conditions.flatMap((condition) =>
          seriesOf(found, estimator, condition, layer, 'ofInput').map(({ values }) => values[values.length - 1]),
        );
        return ends.length > 0 && ends.every((value) => value >= mostOf(found) - SATURATED) ? [name] : [];
      })
    : [];
  const silent = layers.filter(
    (_, layer) =>
      !found.conditions.some((condition) => seriesOf(found, estimator, condition, layer, 'ofInput').length > 0),
  );
  return [
    `${title.charAt(0).toUpperCase()}${title.slice(1)}: ${choice(found.settings, isBounded)}`,
    ...(full.length > 0 ? [`Saturated at log2 N at the end, and so uninformative: ${full.join(', ')}.`] : []),
    ...(silent.length > 0 ? [`Nothing is said of ${silent.map(({ name }) => name).join(', ')}.`] : []),
  ].join(' ');
}

function trialsText(found: InformationFound, condition: string): string {
  const count = coursesOf(found, condition).length;
  return `${conditionOf(condition).title}, n = ${count}`;
}

/** The plane by one estimator; null where it says nothing of any layer. */
export function planeOf(found: InformationFound, estimator: EstimatorName): Plane | null {
  const { ways, layers } = waysOf(found, estimator);
  if (ways.length === 0) return null;
  const points = ways.flatMap((way) => way.points);
  const across = axisOf(points.map(({ input }) => input));
  const down = axisOf(points.map(({ label }) => label));
  const { conditions } = found;
  const columns = Math.min(2, conditions.length);
  const width = (WIDTH - LEFT - 16 - (columns - 1) * GAP) / columns;
  const panels = conditions.map((_, i): Panel => {
    const row = Math.floor(i / columns);
    return { x: LEFT + (i % columns) * (width + GAP), y: TOP + row * (HEIGHT + TITLE), width, height: HEIGHT };
  });
  const bottom = panels[panels.length - 1].y + HEIGHT;
  const last = Math.max(...points.map(({ iteration }) => iteration));
  const entropy = found.courses[0].measured.labelEntropy;
  const frames = panels.map((panel, i) =>
    [
      frame(panel, across, down, {
        title: trialsText(found, conditions[i]),
        numbersBelow: i + columns >= conditions.length,
        numbersLeft: i % columns === 0,
      }),
      estimatorOf(estimator).limited ? limitAcross(panel, across, mostOf(found)) : '',
      limitDown(panel, down, entropy),
    ].join(''),
  );
  const limits = estimatorOf(estimator).limited
    ? `N = ${examplesOf(found).toLocaleString('en')} examples; dashed: log2 N = ${mostOf(found).toFixed(2)} and H(Y) = ${entropy.toFixed(2)} bits.`
    : `N = ${examplesOf(found).toLocaleString('en')} examples; dashed: H(Y) = ${entropy.toFixed(2)} bits.`;
  const choices = textLines(`${choicesText(found, estimator)} ${limits}`, 108);
  const middle = TOP + (bottom - TOP) / 2;
  const ground = [
    `<text x="${LEFT}" y="18" font-size="13" font-weight="bold" fill="#222">${escapeXml(estimatorOf(estimator).title)}, ${formatDensity(found.density)}% of weights</text>`,
    layerLegend(layers, LEFT, 40),
    colourBar(last, WIDTH - 336, 8, 300),
    ...frames,
    `<text x="${LEFT + (WIDTH - 16 - LEFT) / 2}" y="${bottom + 34}" font-size="12" fill="#222" text-anchor="middle">I(X;T), bits</text>`,
    `<text transform="translate(16,${middle}) rotate(-90)" font-size="12" fill="#222" text-anchor="middle">I(T;Y), bits</text>`,
    ...choices.map(
      (line, i) =>
        `<text x="${LEFT}" y="${bottom + 56 + i * LINE}" font-size="11" fill="#444">${escapeXml(line)}</text>`,
    ),
  ].join('');
  const height = bottom + 56 + choices.length * LINE;
  return { estimator, conditions, layers, ways, panels, across, down, height, ground, last };
}

/** Where a point of a way lies, in pixels. */
export function placeOf(
  { panels, across, down }: Plane,
  { panel }: Way,
  { input, label }: Way['points'][number],
): [number, number] {
  return [acrossOf(panels[panel], across, input), downOf(panels[panel], down, label)];
}

/** Single trials thin, then the means with a sign at every iteration. */
export function drawWays(plane: Plane): string {
  const pathThrough = (way: Way) => pathOf(way.points.map((point) => placeOf(plane, way, point)));
  const line = (way: Way, stroke: string, width: number) =>
    `<path d="${pathThrough(way)}" fill="none" stroke="${stroke}" stroke-width="${width}"/>`;
  const single = plane.ways.filter(({ trial }) => trial !== null);
  const means = plane.ways.filter(({ trial }) => trial === null);
  const signs = means.flatMap((way) =>
    way.points.map((point) => {
      const [x, y] = placeOf(plane, way, point);
      const fill = shareColour(shareOf(point.iteration, plane.last));
      return `<path transform="translate(${x.toFixed(1)},${y.toFixed(1)})" d="${signOf(way.layer)}" fill="${fill}" stroke="#222" stroke-width="0.5"/>`;
    }),
  );
  return [
    ...(single.length > means.length ? single.map((way) => line(way, '#d4d4d4', 0.8)) : []),
    ...means.map((way) => line(way, '#888', 1)),
    ...signs,
  ].join('');
}

/** The figure that is known from Shwartz-Ziv and Tishby (2017), a panel a condition, by one estimator. */
export function planeFigure(found: InformationFound, estimator: EstimatorName): Figure | null {
  const plane = planeOf(found, estimator);
  if (plane === null) return null;
  const { title } = estimatorOf(estimator);
  return {
    id: `plane-${estimator}`,
    title: `The information plane: ${title}`,
    caption: `I(X;T) of each layer against its I(T;Y), from the first iteration (dark) to the last (light), mean over trials; thin grey lines are single trials. One marker per layer${plane.layers.length < layersOf(found).length ? ', of some of the layers' : ''}. All panels have the same axes. ${choicesText(found, estimator)}`,
    svg: picture(plane.height, `${plane.ground}${drawWays(plane)}`),
    csv: toCsv(
      plane.ways.flatMap((way) =>
        way.points.map(({ iteration, input, label }) => ({
          estimator,
          condition: plane.conditions[way.panel],
          layer: plane.layers[way.layer],
          trial: way.trial === null ? 'mean' : way.trial + 1,
          iteration,
          information_of_input_bits: input,
          information_of_label_bits: label,
        })),
      ),
    ),
  };
}
