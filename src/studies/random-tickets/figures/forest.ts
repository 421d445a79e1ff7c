import * as Plot from '@observablehq/plot';
import { conditionOf } from '../../../analysis/conditions.js';
import type { Interval } from '../../../analysis/index.js';
import { drawPlot, type LegendEntry } from '../../../figures/figure.js';
import { textWidth } from '../../../figures/place-labels.js';
import type { RandomKind } from '../found.js';

/** One estimate of a forest plot. */
export interface ForestEntry {
  /** Its row's name. */
  readonly row: string;
  /** Its panel's. */
  readonly panel: string;
  readonly kind: RandomKind;
  readonly value: number;
  readonly interval: Interval | null;
  /** What it is the mean of, one a trial. */
  readonly trials: readonly number[];
  /** Drawn full; hollow where it is undecided. */
  readonly isDecided: boolean;
}

export interface Forest {
  readonly entries: readonly ForestEntry[];
  /** From the top. */
  readonly rows: readonly string[];
  /** From the left. */
  readonly panels: readonly string[];
  /** In this order from the top of a row. */
  readonly kinds: readonly RandomKind[];
  readonly label: string;
  readonly x: Plot.ScaleOptions & { readonly domain: readonly [number, number] };
  readonly ticks: readonly number[];
  readonly tickText: (tick: number) => string;
  readonly legend?: readonly LegendEntry[];
}

const ROW = 24;
const TOP = { legend: 44, panel: 20 };

/** Estimates with their intervals, one row a name, one column a panel: filled where significant, a pale dot for each trial. */
export function drawForest(document: Document, forest: Forest): string {
  const { entries, rows, panels, kinds, label, x, ticks, tickText } = forest;
  const [low, high] = x.domain;
  const inside = (value: number) => Math.min(high, Math.max(low, value));
  const shift = (kind: RandomKind) => (kinds.indexOf(kind) - (kinds.length - 1) / 2) * 9;
  const top = TOP.legend + (panels.length > 1 ? TOP.panel : 0);
  const marks = kinds.flatMap((kind) => {
    const { colour, symbol } = conditionOf(kind);
    const own = entries.filter((entry) => entry.kind === kind);
    const place = { fx: 'panel', y: 'row', dy: shift(kind) };
    const bounded = own.filter(({ interval }) => interval !== null);
    const mean = (isDecided: boolean) =>
      Plot.dot(
        own.filter((entry) => entry.isDecided === isDecided),
        {
          ...place,
          x: (entry: ForestEntry) => inside(entry.value),
          symbol: symbol as Plot.SymbolType,
          r: 3.6,
          stroke: colour,
          strokeWidth: 1.4,
          fill: isDecided ? colour : 'white',
        },
      );
    return [
      Plot.dot(
        own.flatMap(({ trials, row, panel }) => trials.map((value) => ({ row, panel, value }))),
        { ...place, x: (one: { value: number }) => inside(one.value), r: 2.3, fill: colour, fillOpacity: 0.45 },
      ),
      Plot.ruleY(bounded, {
        ...place,
        x1: (entry: ForestEntry) => inside(entry.interval!.low),
        x2: (entry: ForestEntry) => inside(entry.interval!.high),
        stroke: colour,
        strokeWidth: 1.4,
      }),
      mean(false),
      mean(true),
    ];
  });
  return drawPlot(
    document,
    {
      height: top + rows.length * ROW + 48,
      marginLeft: Math.min(230, Math.max(...rows.map(textWidth)) + 20),
      marginRight: 16,
      marginTop: top,
      marginBottom: 48,
      fx: { axis: null, domain: panels, padding: 0.05 },
      x: { ...x, axis: null },
      y: { type: 'point', domain: rows, padding: 0.5, axis: null },
      marks: [
        Plot.gridX(ticks),
        Plot.frame({ stroke: '#ddd' }),
        Plot.ruleX([0], { stroke: '#888' }),
        Plot.ruleY(rows.slice(1), { y: (row: string) => row, dy: -ROW / 2, stroke: '#f0f0f0' }),
        Plot.axisX(ticks, { label, labelAnchor: 'center', labelArrow: 'none', text: tickText }),
        Plot.axisY({ label: null, tickSize: 0, fontSize: 11 }),
        ...marks,
        ...(panels.length > 1
          ? [
              Plot.text(
                panels.map((panel) => ({ panel })),
                {
                  fx: 'panel',
                  text: 'panel',
                  frameAnchor: 'top-left',
                  lineAnchor: 'bottom',
                  dy: -6,
                  fontWeight: 'bold',
                },
              ),
            ]
          : []),
      ],
    },
    kinds.map((kind) => ({ name: conditionOf(kind).title, colour: conditionOf(kind).colour })),
  );
}
