import * as Plot from '@observablehq/plot';
import { conditionOf } from '../../analysis/conditions.js';
import { formatDensity, formatFixed, formatSigned } from '../../analysis/index.js';
import { BLUE, type Colour, css, inkOn, mix, ORANGE, PALE, WHITE } from '../../figures/colours.js';
import { cutAxis } from '../../figures/cut-axis.js';
import { drawPlot, type Figure, type Row, stackPlots, toCsv, WIDTH } from '../../figures/figure.js';
import { textWidth } from '../../figures/place-labels.js';
import { denseGroup, type StudyComparison } from '../shared/schemes/compare.js';
import type { StudyScheme } from '../shared/schemes/found.js';
import { judge } from '../shared/schemes/words.js';

/** One cell of a heat map. */
interface HeatCell {
  readonly scheme: StudyScheme;
  /** Density; 1 for the dense network. */
  readonly density: number;
  /** Null where there is nothing to show. */
  readonly value: number | null;
  readonly text: string;
  /** Drawn with a border. */
  readonly isMarked: boolean;
}

/** Several columns of cells under one heading. */
interface HeatPanel {
  readonly title: string;
  /** Densities. */
  readonly columns: readonly number[];
  readonly cells: readonly HeatCell[];
}

const ROW = 22;
const CELL = 44;

/** Panels beside one another as far as their cells stay wide enough for their numbers, else under one another. */
function drawHeatMap(
  document: Document,
  schemes: readonly StudyScheme[],
  panels: readonly HeatPanel[],
  colourOf: (value: number) => Colour,
  label: string,
): string {
  const left = Math.min(220, Math.max(...schemes.map(({ title }) => textWidth(title))) + 20);
  const room = WIDTH - left - 12;
  const lines: HeatPanel[][] = [];
  let used = Number.POSITIVE_INFINITY;
  for (const panel of panels) {
    const width = panel.columns.length * CELL + 14;
    if (used + width > room) {
      lines.push([]);
      used = 0;
    }
    lines.at(-1)!.push(panel);
    used += width;
  }
  // All lines have columns of one width.
  const most = Math.max(...lines.map((line) => line.reduce((sum, panel) => sum + panel.columns.length, 0)));
  const gaps = Math.max(...lines.map((line) => line.length - 1)) * 14;
  const column = Math.min(78, (room - gaps) / most);
  return stackPlots(
    lines.map((line, index) => {
      const isLast = index === lines.length - 1;
      const height = 34 + schemes.length * ROW + 24 + (isLast ? 22 : 0);
      const cells: (HeatCell & { x: number })[] = [];
      const ticks: { x: number; text: string }[] = [];
      const heads: { x: number; text: string }[] = [];
      let at = 0;
      for (const panel of line) {
        heads.push({ x: at, text: panel.title });
        panel.columns.forEach((density, i) => {
          ticks.push({ x: at + (i + 0.5) * column, text: formatDensity(density) });
          for (const cell of panel.cells) if (cell.density === density) cells.push({ ...cell, x: at + i * column });
        });
        at += panel.columns.length * column + 14;
      }
      const rowOf = ({ scheme }: HeatCell) => schemes.indexOf(scheme);
      const ground = (cell: HeatCell) => (cell.value === null ? WHITE : colourOf(cell.value));
      const box = {
        x1: 'x',
        x2: (cell: { x: number }) => cell.x + column,
        y1: rowOf,
        y2: (cell: HeatCell) => rowOf(cell) + 1,
      };
      const svg = drawPlot(document, {
        height,
        marginLeft: left,
        marginRight: 12,
        marginTop: 34,
        marginBottom: isLast ? 46 : 24,
        x: { type: 'linear', domain: [0, room], axis: null },
        y: { type: 'linear', domain: [schemes.length, 0], axis: null },
        color: { type: 'identity' },
        marks: [
          Plot.rect(cells, { ...box, fill: (cell: HeatCell) => css(ground(cell)), inset: 0.5 }),
          Plot.rect(
            cells.filter(({ isMarked }) => isMarked),
            { ...box, fill: 'none', stroke: '#111', strokeWidth: 1.5, inset: 1.5 },
          ),
          Plot.text(cells, {
            x: (cell: { x: number }) => cell.x + column / 2,
            y: (cell: HeatCell) => rowOf(cell) + 0.5,
            text: 'text',
            fill: (cell: HeatCell) => (cell.value === null ? '#777' : inkOn(ground(cell))),
            fontSize: 11,
          }),
          Plot.text(schemes, {
            x: 0,
            y: (_: StudyScheme, i: number) => i + 0.5,
            text: 'title',
            textAnchor: 'end',
            dx: -8,
            fontSize: 11,
          }),
          Plot.text(ticks, { x: 'x', y: schemes.length, text: 'text', dy: 11, fontSize: 11 }),
          Plot.text(heads, { x: 'x', y: 0, text: 'text', dy: -11, textAnchor: 'start' }),
          ...(isLast ? [Plot.text([label], { x: room / 2, y: schemes.length, text: (d: string) => d, dy: 32 })] : []),
        ],
      });
      return { svg, height };
    }),
  );
}

const asRows = (panels: readonly HeatPanel[], column: string): Row[] =>
  panels.flatMap(({ title, cells }) =>
    cells.map((cell) => ({
      panel: title,
      scheme: cell.scheme.name,
      weights_asked_for_percent: cell.density * 100,
      [column]: cell.value,
    })),
  );

/** Accuracy at early stop, initialisers by densities: dense networks and tickets, then every control. */
function accuracyMap(comparison: StudyComparison, document: Document): Figure | null {
  const { schemes, densities, entries, controls } = comparison;
  const cellsOf = (condition: string): HeatPanel => {
    const columns = [...(condition === 'ticket' ? [1] : []), ...densities];
    const cells = schemes.flatMap((scheme) =>
      columns.map((density): HeatCell => {
        const entry = entries.find((one) => one.scheme === scheme && one.density === density);
        const group =
          density === 1
            ? denseGroup(comparison, scheme.name)
            : condition === 'ticket'
              ? entry?.ticket
              : entry?.controls.find((control) => control.condition === condition);
        const mean = group?.accuracy?.mean;
        const value = mean === undefined ? null : mean * 100;
        const none = group != null && group.diverged > 0 ? 'div.' : '–';
        return { scheme, density, value, text: value === null ? none : formatFixed(value, 1), isMarked: false };
      }),
    );
    const title = condition === 'ticket' ? 'dense network and tickets' : conditionOf(condition).title;
    return { title, columns, cells };
  };
  const panels = ['ticket', ...controls].map(cellsOf);
  const values = panels.flatMap(({ cells }) => cells.flatMap(({ value }) => value ?? []));
  if (values.length === 0) return null;
  const { low, high } = cutAxis(values);
  return {
    id: 'accuracy-map',
    title: 'How accurate each initialisation is',
    caption:
      'Test accuracy at early stop in per cent, mean over trials, dark for accurate; 100 is the dense network. Intervals are in the table. –: not finished; div.: every run diverged.',
    svg: drawHeatMap(
      document,
      schemes,
      panels,
      (value) => mix(PALE, BLUE, (value - low) / (high - low)),
      'weights remaining (%)',
    ),
    csv: toCsv(asRows(panels, 'test_accuracy_percent_mean')),
  };
}

/** The ticket less each control, in points. */
function differenceMap(comparison: StudyComparison, document: Document): Figure | null {
  const { schemes, densities, entries, controls } = comparison;
  const panels = controls.map(
    (control): HeatPanel => ({
      title: `ticket less ${conditionOf(control).title}`,
      columns: densities,
      cells: entries.map(({ scheme, density, toControls }) => {
        const contrast = toControls[control];
        const value = contrast?.mean == null ? null : contrast.mean * 100;
        return {
          scheme,
          density,
          value,
          text: value === null ? '–' : formatSigned(value, 2),
          isMarked: contrast !== undefined && judge(contrast).outcome !== 'undecided',
        };
      }),
    }),
  );
  const sizes = panels.flatMap(({ cells }) => cells.flatMap(({ value }) => (value === null ? [] : [Math.abs(value)])));
  if (sizes.length === 0) return null;
  const most = Math.max(0.01, cutAxis(sizes.map((size) => -size)).low * -1);
  return {
    id: 'difference-map',
    title: 'What the ticket’s own values and places are worth',
    caption:
      'Test accuracy at early stop, the ticket less its control, in percentage points, paired by trial; blue where the ticket is more accurate, orange where the control is. A border marks what is significant after Holm’s correction over all comparisons of the page; without one it is undecided. –: no pair has finished.',
    svg: drawHeatMap(
      document,
      schemes,
      panels,
      (value) => mix(WHITE, value < 0 ? ORANGE : BLUE, Math.abs(value) / most),
      'weights remaining (%)',
    ),
    csv: toCsv(asRows(panels, 'test_accuracy_difference_points_mean')),
  };
}

/** Grids of initialisers by densities. */
export function heatMaps(comparison: StudyComparison, document: Document): Figure[] {
  return [accuracyMap(comparison, document), differenceMap(comparison, document)].filter((figure) => figure !== null);
}
