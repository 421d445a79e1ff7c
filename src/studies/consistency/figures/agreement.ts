import * as Plot from '@observablehq/plot';
import { formatDensity } from '../../../analysis/index.js';
import { drawPlot, type Figure, toCsv, WIDTH } from '../../../figures/figure.js';
import { type KeptByTrials, keptByTrials } from '../agreements.js';
import { focusOf } from '../compare.js';
import type { ConsistencyFound } from '../found.js';
import { CHANCE, chanceEntry, curveMarks, narrowDensityAxis, ticksAxis, variationStyle } from './style.js';

const CORE = '#08306b';
const UNION = '#e69f00';
const OBSERVED = '#0072b2';

/** Of logarithmic axes, in per cent. */
const shareTicks = [100, 10, 1, 0.1, 0.01, 0.001, 0.0001];

/** What is kept by all trials or any, of every variation and level. */
function kept(found: ConsistencyFound) {
  return found.variations.flatMap((variation) =>
    found.levels.flatMap(({ level, density }) => {
      const shares = keptByTrials(variation, level);
      return shares === null ? [] : [{ variation: variation.name, level, pm: density * 100, shares }];
    }),
  );
}

const panelsOf = (found: ConsistencyFound) => found.variations.map(({ name }) => variationStyle[name].short);

/** The core and the union of all trials against density, beside what independent masks would have. */
export function coreAndUnion(found: ConsistencyFound, document: Document): Figure | null {
  const all = kept(found).filter(({ shares }) => shares.trials > 1);
  if (all.length === 0) return null;
  const kinds = [
    { curve: 'union by chance', colour: UNION, dashed: true, of: (shares: KeptByTrials) => shares.unionByChance },
    { curve: 'core by chance', colour: CORE, dashed: true, of: (shares: KeptByTrials) => shares.coreByChance },
    { curve: 'union', colour: UNION, dashed: false, of: (shares: KeptByTrials) => shares.union },
    { curve: 'core', colour: CORE, dashed: false, of: (shares: KeptByTrials) => shares.core },
  ] as const;
  const points = all.flatMap(({ variation, pm, shares }) =>
    kinds.flatMap(({ of, ...kind }) => {
      const value = 100 * of(shares);
      const panel = variationStyle[variation].short;
      // A logarithmic axis has no place for nothing in common.
      return value > 0 ? [{ ...kind, symbol: 'circle', panel, pm, value, low: null, high: null }] : [];
    }),
  );
  // What chance would leave of the core falls without end; the axis shows it down to a tenth of the least that was found.
  const least = Math.min(...points.filter(({ dashed }) => !dashed).map(({ value }) => value)) / 10;
  const domain: [number, number] = [Math.max(1e-4, least), 100];
  const ticks = shareTicks.filter((tick) => tick >= domain[0]);
  return {
    id: 'core-and-union',
    title: 'What all trials keep, and what any keeps',
    caption: `Weights that all trials keep (core) and that any trial keeps (union), in per cent of the weights of layers that are pruned; dashed, for independent masks of the same densities. One panel for what differs between the ${found.trials} trials. The farther core and union are from each other, the less the trials agree.`,
    svg: drawPlot(
      document,
      {
        height: 330,
        marginTop: 56,
        fx: { domain: panelsOf(found), label: null, padding: 0.08 },
        x: { type: 'log', reverse: true },
        y: { type: 'log', domain },
        marks: [
          narrowDensityAxis([...new Set(all.map(({ pm }) => pm))], 'weights remaining (%)'),
          ...ticksAxis(ticks, 'share of weights (%)'),
          ...curveMarks(points, false),
        ],
      },
      [{ name: 'union: kept by any', colour: UNION }, { name: 'core: kept by all', colour: CORE }, chanceEntry],
    ),
    csv: toCsv(
      all.map(({ variation, level, pm, shares }) => ({
        variation,
        level,
        weights_remaining_percent: pm,
        trials: shares.trials,
        core_percent: 100 * shares.core,
        core_percent_by_chance: 100 * shares.coreByChance,
        union_percent: 100 * shares.union,
        union_percent_by_chance: 100 * shares.unionByChance,
      })),
    ),
  };
}

/** How many trials keep a weight, at the density that findings are about. */
export function keptByHowMany(found: ConsistencyFound, document: Document): Figure | null {
  const focus = focusOf(found);
  const all = kept(found).filter(({ level, shares }) => level === focus.level && shares.trials > 1);
  if (all.length === 0) return null;
  const bars = all.flatMap(({ variation, shares }) =>
    shares.exactly.slice(1).map((share, i) => ({
      panel: variationStyle[variation].short,
      times: i + 1,
      share: 100 * share,
      chance: 100 * shares.exactlyByChance[i + 1],
    })),
  );
  const shown = bars.flatMap(({ share, chance }) => [share, chance]).filter((value) => value > 0);
  const floor = Math.max(1e-4, Math.min(...shown) / 2);
  const most = Math.max(...shown) * 1.3;
  const ticks = shareTicks.filter((tick) => tick >= floor && tick <= most);
  const times = all[0].shares.exactly.slice(1).map((_, i) => i + 1);
  return {
    id: 'kept-by-how-many',
    title: `How many of the trials keep the same weight, at ${formatDensity(focus.density)}% of weights`,
    caption: `Share of the weights of layers that are pruned which exactly so many of the ${found.trials} trials keep (bars; logarithmic), and what independent masks of the same densities would have (lines across). One panel for what differs between trials.`,
    svg: drawPlot(
      document,
      {
        height: 320,
        marginTop: 56,
        fx: { domain: panelsOf(found), label: null, padding: 0.08 },
        x: { type: 'band', domain: times, label: 'trials that keep a weight', labelArrow: 'none', tickSize: 0 },
        y: { type: 'log', domain: [floor, most] },
        marks: [
          ...ticksAxis(ticks, 'share of weights (%)'),
          Plot.rect(
            bars.filter(({ share }) => share > floor),
            { fx: 'panel', x: 'times', y1: floor, y2: 'share', fill: OBSERVED, fillOpacity: 0.75 },
          ),
          Plot.tickY(
            bars.filter(({ chance }) => chance > floor),
            { fx: 'panel', x: 'times', y: 'chance', stroke: '#111', strokeWidth: 2.5 },
          ),
        ],
      },
      [
        { name: 'found', colour: OBSERVED },
        { name: 'by chance', colour: '#111111' },
      ],
    ),
    csv: toCsv(
      all.flatMap(({ variation, level, pm, shares }) =>
        shares.exactly.map((share, k) => ({
          variation,
          level,
          weights_remaining_percent: pm,
          trials_that_keep: k,
          trials: shares.trials,
          share_percent: 100 * share,
          share_percent_by_chance: 100 * shares.exactlyByChance[k],
        })),
      ),
    ),
  };
}

/** Which pixels the weights of the core and of the union read: small pictures. None where a convolution reads all alike. */
export function corePixels(found: ConsistencyFound, document: Document): Figure | null {
  const focus = focusOf(found);
  if (found.variations.every(({ overlaps }) => overlaps.every(({ pixels }) => pixels === null))) return null;
  const [channels, height, width] = found.image;
  const area = height * width;
  const rows = found.variations.flatMap(({ name, agreements }) => {
    const agreement = agreements.find(({ level }) => level === focus.level);
    if (agreement === undefined) return [];
    return (['core', 'union'] as const).flatMap((kind) => {
      const degree = Array.from({ length: area }, (_, pixel) => {
        let sum = 0;
        for (let c = 0; c < channels; c++) sum += agreement[kind][c * area + pixel];
        return sum;
      });
      const most = Math.max(1, ...degree);
      return degree.map((value, pixel) => ({
        variation: name,
        kind,
        panel: variationStyle[name].short,
        row: Math.floor(pixel / width),
        column: pixel % width,
        value,
        share: value / most,
      }));
    });
  });
  if (rows.length === 0) return null;
  const panels = panelsOf(found);
  const side = Math.min(170, Math.floor((WIDTH - 90) / panels.length));
  const drawn = height / width;
  return {
    id: 'core-pixels',
    title: `Which pixels the core and the union read, at ${formatDensity(focus.density)}% of weights`,
    caption: `First-layer weights that read each pixel: those that all ${found.trials} trials keep (core) and those that any keeps (union). One column for what differs between trials; each picture is scaled to its own most-read pixel (black), unread pixels are white.`,
    svg: drawPlot(document, {
      width: 90 + side * panels.length,
      height: Math.round(2 * side * drawn * 0.95) + 50,
      marginLeft: 70,
      marginRight: 20,
      marginTop: 40,
      marginBottom: 10,
      fx: { domain: panels, label: null, axis: 'top', padding: 0.06 },
      fy: { domain: ['core', 'union'], label: null, axis: 'left', padding: 0.06 },
      x: { axis: null, domain: [0, width] },
      y: { axis: null, domain: [height, 0] },
      color: { type: 'linear', range: ['#ffffff', CORE], domain: [0, 1] },
      marks: [
        Plot.rect(rows, {
          fx: 'panel',
          fy: 'kind',
          x1: 'column',
          x2: (d: { column: number }) => d.column + 1,
          y1: 'row',
          y2: (d: { row: number }) => d.row + 1,
          fill: 'share',
          inset: -0.1,
        }),
        Plot.frame({ stroke: CHANCE }),
      ],
    }),
    csv: toCsv(
      rows.map(({ variation, kind, row, column, value }) => ({ variation, kind, row, column, weights: value })),
    ),
  };
}
