import * as Plot from '@observablehq/plot';
import type { PairMean } from '../../../analysis/index.js';
import { matchedBy } from '../../../analysis/overlap/values.js';
import {
  densityAxis,
  drawPlot,
  type Figure,
  type LegendEntry,
  type Row,
  stackPlots,
  toCsv,
} from '../../../figures/figure.js';
import { type OverlapSummary, summariseOverlap } from '../compare.js';
import { type ConsistencyFound, type VariationFound, variations } from '../found.js';
import {
  CHANCE,
  type CurvePoint,
  chanceEntry,
  curveMarks,
  NESTED,
  narrowDensityAxis,
  panelRows,
  pointOf,
  ticksAxis,
  timesDomain,
  timesTicks,
  variationStyle,
} from './style.js';

/** Every level of every variation, in all layers or in one. */
function summaries(found: ConsistencyFound, scope: string | null) {
  return found.variations.flatMap((variation) =>
    found.levels.map(({ level, density }) => ({
      variation,
      level,
      pm: density * 100,
      summary: summariseOverlap(variation, level, scope),
    })),
  );
}

const columns = (name: string, found: PairMean | null): Row => ({
  [`${name}_mean`]: found?.mean ?? null,
  [`${name}_ci95_low`]: found?.interval?.low ?? null,
  [`${name}_ci95_high`]: found?.interval?.high ?? null,
});

/** How much masks overlap, as columns of numbers. */
const overlapColumns = (summary: OverlapSummary): Row => ({
  ...columns('jaccard', summary.jaccard),
  jaccard_by_chance: summary.expectedJaccard?.mean ?? null,
  ...columns('over_chance', summary.ratio),
  z_least: summary.z?.least ?? null,
  z_greatest: summary.z?.greatest ?? null,
  ...columns('over_chance_given_neurons', summary.withinNeurons),
  ...columns('over_chance_given_inputs', summary.withinInputs),
});

const extremes = (points: readonly CurvePoint[]) => points.map(({ value }) => value);

/** "Points are means over pairs of so many trials ...": how every curve is to be read. */
export const curveNote = ({ trials }: ConsistencyFound) =>
  `Points are means over the pairs of ${trials} trials${trials > 2 ? '; shaded bands are 95% jackknife intervals over trials' : ', too few for intervals'}. ${NESTED}`;

const legendOf = (shown: readonly VariationFound[]): LegendEntry[] =>
  shown.map(({ name }) => ({ name: variationStyle[name].name, colour: variationStyle[name].colour }));

/** The Jaccard index, and how many times chance, against density. */
export function overlapCurves(found: ConsistencyFound, document: Document): Figure | null {
  const all = summaries(found, null);
  const curve = (of: (summary: OverlapSummary) => PairMean | null) =>
    all.flatMap(({ variation, pm, summary }) =>
      pointOf(of(summary), { ...variationStyle[variation.name], curve: variation.name, dashed: false, panel: '', pm }),
    );
  const jaccard = curve(({ jaccard }) => jaccard);
  if (jaccard.length === 0) return null;
  const ratio = curve(({ ratio }) => ratio);
  // Chance is the same for all variations but for rounding; the first that has it stands for all.
  const chance = found.levels.flatMap(({ level, density }) => {
    const first = all.find((one) => one.level === level && one.summary.expectedJaccard !== null);
    const rest = { curve: 'chance', colour: CHANCE, symbol: 'circle', dashed: true, panel: '', pm: density * 100 };
    return first === undefined ? [] : pointOf({ ...first.summary.expectedJaccard!, interval: null }, rest);
  });
  const { x, axis } = densityAxis([...new Set(jaccard.map(({ pm }) => pm))]);
  const most = Math.max(...extremes([...jaccard, ...chance]));
  const times = extremes(ratio);
  const ticks = timesTicks(timesDomain(times));
  const panels = [
    {
      height: 300,
      svg: drawPlot(document, {
        height: 300,
        marginTop: 14,
        x,
        y: {
          label: 'Jaccard index',
          labelAnchor: 'center',
          labelArrow: 'none',
          grid: true,
          domain: [0, Math.min(1, most * 1.08)],
        },
        fx: { axis: null },
        marks: [axis, ...curveMarks(jaccard), ...curveMarks(chance)],
      }),
    },
    {
      height: 300,
      svg: drawPlot(document, {
        height: 300,
        marginTop: 14,
        x,
        fx: { axis: null },
        y: { type: 'log', domain: timesDomain(times) },
        marks: [
          axis,
          ...ticksAxis(ticks, 'overlap over chance'),
          Plot.ruleY([1], { stroke: CHANCE, strokeDasharray: '4 3', strokeWidth: 2 }),
          ...curveMarks(ratio),
        ],
      }),
    },
  ];
  return {
    id: 'overlap-curves',
    title: 'How much masks overlap as they are pruned',
    caption: `Above, the Jaccard index of the masks of two trials: weights that both keep over those that either keeps; below, weights that both keep over those that independent masks of the same densities would. All layers that are pruned; the axis of weights remaining is logarithmic. ${curveNote(found)} The dashed line is chance.`,
    svg: stackPlots(panels, [...legendOf(found.variations), chanceEntry]),
    csv: toCsv(
      all.map(({ variation, level, pm, summary }) => ({
        variation: variation.name,
        level,
        weights_remaining_percent: pm,
        ...overlapColumns(summary),
        pairs: summary.ratio?.pairs ?? 0,
        trials: summary.ratio?.trials ?? 0,
      })),
    ),
  };
}

/** Layers in panels, so many to a row. */
const PANELS_A_ROW = 4;
const MOST_PANELS = 8;

/** Of more layers than panels, evenly spaced ones, the first and the last among them. */
export function chosenLayers(layers: readonly string[]): string[] {
  if (layers.length <= MOST_PANELS) return [...layers];
  const last = layers.length - 1;
  return Array.from({ length: MOST_PANELS }, (_, i) => layers[Math.round((i * last) / (MOST_PANELS - 1))]);
}

/** How many times chance in each layer, against density. */
export function layerCurves(found: ConsistencyFound, document: Document): Figure | null {
  const everything = found.layers.flatMap(({ layer }) => summaries(found, layer).map((one) => ({ ...one, layer })));
  const pruned = found.layers
    .map(({ layer }) => layer)
    .filter((layer) => everything.some((one) => one.layer === layer && one.summary.ratio !== null));
  if (pruned.length < 2) return null;
  const chosen = chosenLayers(pruned);
  const points = everything.flatMap(({ variation, layer, pm, summary }) =>
    chosen.includes(layer)
      ? pointOf(summary.ratio, {
          ...variationStyle[variation.name],
          curve: variation.name,
          dashed: false,
          panel: layer,
          pm,
        })
      : [],
  );
  const percentages = [...new Set(points.map(({ pm }) => pm))];
  const domain = timesDomain(extremes(points));
  const ticks = timesTicks(domain);
  const panels = panelRows(chosen, PANELS_A_ROW).map(({ panels: line, domain: places, isLast }) => {
    const height = isLast ? 250 : 220;
    const own = points.filter(({ panel }) => line.includes(panel));
    const rules = line.map((panel) => ({ panel }));
    return {
      height,
      svg: drawPlot(document, {
        height,
        marginTop: 30,
        marginBottom: isLast ? 48 : 24,
        fx: { domain: [...places], label: null, padding: 0.08 },
        x: { type: 'log', reverse: true },
        y: { type: 'log', domain },
        marks: [
          narrowDensityAxis(percentages, isLast ? 'weights remaining (%)' : null),
          ...ticksAxis(ticks, 'overlap over chance'),
          Plot.ruleY(rules, { fx: 'panel', y: 1, stroke: CHANCE, strokeDasharray: '4 3', strokeWidth: 1.5 }),
          ...curveMarks(own, false),
        ],
      }),
    };
  });
  const left = pruned.length - chosen.length;
  return {
    id: 'overlap-by-layer',
    title: 'How much masks overlap in each layer',
    caption: `Weights of a layer that both trials keep over those that independent masks of its densities would. ${curveNote(found)} The dashed line is chance.${left === 0 ? '' : ` ${chosen.length} layers are drawn, evenly spaced; the CSV has the other ${left} too.`}`,
    svg: stackPlots(panels, [...legendOf(found.variations), chanceEntry]),
    csv: toCsv(
      everything.map(({ variation, layer, level, pm, summary }) => ({
        variation: variation.name,
        layer,
        level,
        weights_remaining_percent: pm,
        ...overlapColumns(summary),
        ...columns('matched_over_chance', summary.matched),
      })),
    ),
  };
}

/** With hidden units matched, beside what matching finds in shuffled masks. */
export function matchingCurves(found: ConsistencyFound, document: Document): Figure | null {
  const shown = found.variations.filter(({ matchings }) => matchings.length > 0);
  if (shown.length === 0 || found.matchedBy === null) return null;
  const kinds = [
    { curve: 'unmatched', colour: '#000000', symbol: 'circle', dashed: false },
    { curve: 'units matched', colour: '#0072b2', symbol: 'square', dashed: false },
    { curve: 'weights shuffled, then matched', colour: '#e69f00', symbol: 'triangle', dashed: false },
    { curve: 'rewired, then matched', colour: '#009e73', symbol: 'diamond', dashed: false },
  ] as const;
  const all = summaries({ ...found, variations: shown }, null);
  const of = ({ ratio, matched, shuffled }: OverlapSummary) => [ratio, matched, shuffled.weights, shuffled.degrees];
  const points = all.flatMap(({ variation, pm, summary }) =>
    of(summary).flatMap((mean, k) => pointOf(mean, { ...kinds[k], panel: variations[variation.name].title, pm })),
  );
  if (points.length === 0) return null;
  const domain = timesDomain(extremes(points));
  const ticks = timesTicks(domain);
  const panels = shown.map(({ name }) => variations[name].title);
  const drawn = kinds.filter(({ curve }) => points.some((point) => point.curve === curve));
  return {
    id: 'matching-curves',
    title: 'How much masks overlap once hidden units are matched',
    caption: `Weights that both trials keep over those that independent masks of the same densities would: without matching; with the hidden units of one in the order that is most like the other’s, by ${matchedBy[found.matchedBy]}; and the same search where one mask has its weights shuffled within each layer, or is rewired with the degree of every unit and input kept. Only overlap above the shuffled curves is evidence of units in common. ${curveNote(found)} Shuffled: ${found.draws} draws of each kind a pair, averaged first.`,
    svg: drawPlot(
      document,
      {
        height: 360,
        marginTop: 56,
        fx: { domain: panels, label: null, padding: 0.08 },
        x: { type: 'log', reverse: true },
        y: { type: 'log', domain },
        marks: [
          narrowDensityAxis([...new Set(points.map(({ pm }) => pm))], 'weights remaining (%)'),
          ...ticksAxis(ticks, 'overlap over chance'),
          Plot.ruleY(
            panels.map((panel) => ({ panel })),
            { fx: 'panel', y: 1, stroke: CHANCE, strokeDasharray: '4 3', strokeWidth: 2 },
          ),
          ...curveMarks(points),
        ],
      },
      [...drawn.map(({ curve, colour }) => ({ name: curve, colour })), chanceEntry],
    ),
    csv: toCsv(
      all.map(({ variation, level, pm, summary }) => ({
        variation: variation.name,
        level,
        weights_remaining_percent: pm,
        ...columns('as_they_lie_over_chance', summary.ratio),
        ...columns('matched_over_chance', summary.matched),
        ...columns('matched_jaccard', summary.matchedJaccard),
        ...columns('weights_shuffled_over_chance', summary.shuffled.weights),
        ...columns('rewired_over_chance', summary.shuffled.degrees),
        pairs: summary.matched?.pairs ?? 0,
      })),
    ),
  };
}
