import * as Plot from '@observablehq/plot';
import { linePlaces } from '../../../analysis/connectivity/index.js';
import { formatDensity, formatInteger } from '../../../analysis/index.js';
import { evenTicks } from '../../../figures/cut-axis.js';
import { drawPlot, type Figure, type LegendEntry, toCsv } from '../../../figures/figure.js';
import type { Matched, StabilityFound, StabilityLine } from '../found.js';

/** A line as a panel shows it. */
interface Drawn {
  readonly fx: number;
  readonly fy: number;
  /** Which line it is within its panel. */
  readonly line: string;
  readonly colour: string;
  readonly error: readonly (number | null)[];
  readonly trained: boolean;
}

interface Grid {
  readonly columns: readonly string[];
  readonly rows: readonly string[];
  readonly height: number;
}

const colours = { test: '#0072b2', train: '#e69f00' } as const;

/** At most so many panels side by side. */
const COLUMNS = 5;

/** At most so many, the first and the last among them. */
function chosen(values: readonly number[], most: number): number[] {
  if (values.length <= most) return [...values];
  return Array.from({ length: most }, (_, i) => values[Math.round((i * (values.length - 1)) / (most - 1))]);
}

/** Error against the place on the line, panel by panel on common axes: every line thin, their mean thick. */
function drawLines(
  document: Document,
  drawn: readonly Drawn[],
  { columns, rows, height }: Grid,
  legend: readonly LegendEntry[],
): string {
  const series = drawn.flatMap(({ error, ...rest }) => {
    const places = linePlaces(error.length);
    return error.flatMap((value, i) => (value === null ? [] : [{ ...rest, place: places[i], percent: value * 100 }]));
  });
  const sums = new Map<string, { fx: number; fy: number; colour: string; place: number; sum: number; count: number }>();
  for (const { fx, fy, colour, place, percent } of series) {
    const key = `${fx} ${fy} ${colour} ${place}`;
    const sum = sums.get(key) ?? { fx, fy, colour, place, sum: 0, count: 0 };
    sums.set(key, { ...sum, sum: sum.sum + percent, count: sum.count + 1 });
  }
  const means = [...sums.values()].map(({ sum, count, ...rest }) => ({ ...rest, percent: sum / count }));
  const highest = Math.min(100, Math.max(1, ...series.map(({ percent }) => percent)) * 1.06);
  const ticks = evenTicks(0, highest);
  return drawPlot(
    document,
    {
      height: 96 + rows.length * height,
      marginTop: 50,
      marginBottom: 46,
      marginRight: rows.some((row) => row !== '') ? 76 : 24,
      fx: { domain: columns.map((_, i) => i), axis: null, padding: 0.08 },
      fy: { domain: rows.map((_, i) => i), axis: null, padding: 0.12 },
      x: { domain: [0, 1], axis: null },
      y: { domain: [0, highest], axis: null },
      marks: [
        Plot.gridY(ticks),
        Plot.axisY(ticks, { label: 'error (%)', labelAnchor: 'center', labelArrow: 'none' }),
        Plot.axisX([0, 1], {
          text: (value: number) => `${value}`,
          label: 'position on the line, from one network to the other',
          labelAnchor: 'center',
          labelArrow: 'none',
        }),
        Plot.frame({ stroke: '#ddd' }),
        Plot.text(
          columns.map((text, fx) => ({ text, fx, fy: 0 })),
          { fx: 'fx', fy: 'fy', text: 'text', frameAnchor: 'top', lineAnchor: 'bottom', dy: -6 },
        ),
        Plot.text(
          rows.map((text, fy) => ({ text, fx: columns.length - 1, fy })),
          { fx: 'fx', fy: 'fy', text: 'text', frameAnchor: 'right', textAnchor: 'start', dx: 8 },
        ),
        Plot.line(series, {
          fx: 'fx',
          fy: 'fy',
          x: 'place',
          y: 'percent',
          z: (row: (typeof series)[number]) => `${row.line} ${row.colour}`,
          stroke: 'colour',
          strokeWidth: 0.8,
          strokeOpacity: 0.4,
        }),
        Plot.line(means, {
          fx: 'fx',
          fy: 'fy',
          x: 'place',
          y: 'percent',
          z: 'colour',
          stroke: 'colour',
          strokeWidth: 2,
        }),
      ],
      color: { type: 'identity' },
    },
    legend,
  );
}

function rowsOf(
  lines: readonly StabilityLine[],
  describe: (line: StabilityLine) => Readonly<Record<string, string | number | null>>,
) {
  return lines.flatMap((line) =>
    (['test', 'train'] as const).flatMap((set) => {
      const curve = line.values[set];
      if (curve === null) return [];
      const places = linePlaces(curve.error.length);
      return places.map((place, i) => ({
        ...describe(line),
        examples: set === 'test' ? 'test set' : 'training examples',
        place,
        error_percent: curve.error[i] === null ? null : (curve.error[i] as number) * 100,
        loss_nats: curve.loss[i],
      }));
    }),
  );
}

const densityName = (density: number) => (density === 1 ? 'dense' : `${formatDensity(density)}%`);

/** The error between children, a panel for every density and rewind. */
export function childrenLinesFigure({ lines, ...found }: StabilityFound, document: Document): Figure | null {
  const own = lines.filter((line) => line.kind === 'children');
  if (own.length === 0) return null;
  const rewinds = chosen(found.rewinds, COLUMNS);
  const { densities } = found;
  const drawn = own.flatMap((line) =>
    (['test', 'train'] as const).flatMap((set): Drawn[] => {
      const fx = rewinds.indexOf(line.rewind);
      const curve = line.values[set];
      if (fx < 0 || curve === null) return [];
      return [
        {
          fx,
          fy: densities.indexOf(line.density),
          line: `${line.trial} ${line.children.join(' ')}`,
          colour: colours[set],
          error: curve.error,
          trained: set === 'train',
        },
      ];
    }),
  );
  const hasTrain = drawn.some(({ trained }) => trained);
  const svg = drawLines(
    document,
    drawn,
    {
      columns: rewinds.map((rewind) => `from ${formatInteger(rewind)}`),
      rows: densities.map(densityName),
      height: 104,
    },
    [
      { name: 'test set', colour: colours.test },
      ...(hasTrain ? [{ name: 'training examples', colour: colours.train }] : []),
    ],
  );
  const left = found.rewinds.length - rewinds.length;
  return {
    id: 'error-between-children',
    title: 'The error on the line between two children',
    caption: `A column for each rewind${left > 0 ? ` (${left} of ${found.rewinds.length} not shown, but in the CSV)` : ''}, a row for each density, the dense network first. Thin, every pair of children of the ${found.trials === 1 ? 'single trial' : `${found.trials} trials`}; thick, their mean. The rise between the ends is the barrier; where it is flat, training was stable. All panels have the same axes.`,
    svg,
    csv: toCsv(
      rowsOf(own, (line) => {
        const { rewind, density, trial, children } = line as (typeof own)[number];
        return {
          weights_asked_for_percent: density * 100,
          rewind_iteration: rewind,
          trial: trial + 1,
          children: children.map((child) => child + 1).join(' and '),
        };
      }),
    ),
  };
}

const ways: Readonly<Record<Matched, { readonly name: string; readonly colour: string }>> = {
  not: { name: 'as they are', colour: '#d55e00' },
  own: { name: 'hidden units matched', colour: '#0072b2' },
  dense: { name: 'matched as the dense networks', colour: '#009e73' },
};

/** The error between networks of two trials, before and after their hidden units are matched. */
export function trialsLinesFigure({ lines, ...found }: StabilityFound, document: Document): Figure | null {
  const own = lines.filter((line) => line.kind === 'trials');
  if (own.length === 0) return null;
  const densities = chosen(
    found.densities.filter((density) => own.some((line) => line.density === density)),
    COLUMNS,
  );
  const pairs = new Set(own.map(({ trials }) => trials.join(' '))).size;
  const rewind = own.find((line) => line.rewind !== null)?.rewind;
  const drawn = own.flatMap((line): Drawn[] => {
    const fx = densities.indexOf(line.density);
    if (fx < 0) return [];
    const { colour } = ways[line.matched];
    return [{ fx, fy: 0, line: line.trials.join(' '), colour, error: line.values.test.error, trained: false }];
  });
  const present = (['not', 'own', 'dense'] as const).filter((way) => own.some(({ matched }) => matched === way));
  return {
    id: 'error-between-trials',
    title: 'The error on the line between two trials, before and after matching',
    caption: `Test error between the dense networks of two trials${rewind == null ? '' : `, and between their tickets from iteration ${formatInteger(rewind)} by weights remaining`}. Thin, every pair of trials (${pairs} in all); thick, their mean. Matching puts the hidden units of one network into the order in which its weights are most like the other’s, which changes nothing of what it computes.`,
    svg: drawLines(
      document,
      drawn,
      { columns: densities.map(densityName), rows: [''], height: 250 },
      present.map((way) => ways[way]),
    ),
    csv: toCsv(
      rowsOf(own, (line) => {
        const { rewind: from, density, trials, matched } = line as (typeof own)[number];
        return {
          weights_asked_for_percent: density * 100,
          rewind_iteration: from,
          trials: trials.map((trial) => trial + 1).join(' and '),
          hidden_units: ways[matched].name,
        };
      }),
    ),
  };
}
