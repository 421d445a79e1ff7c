import * as Plot from '@observablehq/plot';
import { conditionName, isControl } from '../analysis/conditions.js';
import type { CellResult, RunResults } from '../experiments/results.js';
import { chosenLevels, drawPlot, type Figure, percentText, shades, toCsv } from './figure.js';

/** Mean of a curve over cells, iteration by iteration. */
function meanCurve(cells: readonly CellResult[]): { iteration: number; accuracy: number }[] {
  const done = cells.filter(({ status }) => status === 'done');
  if (done.length === 0) return [];
  const { iteration } = done[0].history;
  return iteration.map((step, row) => ({
    iteration: step,
    accuracy:
      (100 * done.reduce((sum, { history }) => sum + (history.testAccuracy ?? history.validationAccuracy)[row], 0)) /
      done.length,
  }));
}

interface Curve {
  readonly level: number;
  readonly condition: string;
  readonly colour: string;
  readonly points: readonly { readonly iteration: number; readonly accuracy: number }[];
}

/** Level by level the mean curve of a condition, where there are finished cells. */
function curvesOf(
  results: RunResults,
  condition: string,
  levels: readonly number[],
  colours: readonly string[] = shades,
): Curve[] {
  return levels
    .map((level, index): Curve => {
      const cells = results.cells.filter(
        (cell) => cell.level === level && (cell.condition === condition || (level === 0 && cell.condition === 'dense')),
      );
      return { level, condition: level === 0 ? 'dense' : condition, colour: colours[index], points: meanCurve(cells) };
    })
    .filter(({ points }) => points.length > 0);
}

interface CurvesText {
  readonly id: string;
  readonly title: string;
  readonly caption: (quantity: string) => string;
}

/** Lines of accuracy against iteration, controls dashed; the climb from chance is left out. */
function drawCurves(
  results: RunResults,
  document: Document,
  drawn: readonly Curve[],
  { id, title, caption }: CurvesText,
): Figure | null {
  if (drawn.length === 0) return null;
  // The first steps climb from chance; the axis begins where every curve has done a tenth of its training.
  const late = drawn.flatMap(({ points }) =>
    points.filter((_, i) => i >= points.length / 10).map(({ accuracy }) => accuracy),
  );
  const low = Math.max(0, Math.min(...late) - 0.5);
  const high = Math.min(100, Math.max(...late) + 0.3);
  const quantity = results.cells[0].history.testAccuracy ? 'test accuracy' : 'validation accuracy';
  const densityOf = (level: number) => 100 * (results.cells.find((cell) => cell.level === level)?.density ?? 0);
  const svg = drawPlot(
    document,
    {
      x: {
        label: 'training iteration',
        labelAnchor: 'center',
        labelArrow: 'none',
        tickFormat: (v: number) => v.toLocaleString('en'),
      },
      y: {
        label: `${quantity} (%)`,
        labelAnchor: 'center',
        domain: [low, high],
        clamp: false,
        grid: true,
        labelArrow: 'none',
      },
      marks: drawn.map(({ points, colour, condition }) =>
        Plot.lineY(
          points.filter(({ accuracy }) => accuracy >= low),
          {
            x: 'iteration',
            y: 'accuracy',
            stroke: colour,
            strokeWidth: 1.8,
            ...(isControl(condition) ? { strokeDasharray: '5 3' } : {}),
          },
        ),
      ),
    },
    drawn.map(({ level, condition, colour }) => ({
      name: `${percentText(densityOf(level))}%${isControl(condition) ? ' re-initialised' : ''}`,
      colour,
      dashed: isControl(condition),
    })),
  );
  return {
    id,
    title,
    caption: caption(quantity),
    svg,
    csv: toCsv(
      drawn.flatMap(({ level, condition, points }) =>
        points.map(({ iteration, accuracy }) => ({
          level,
          weights_remaining_percent: densityOf(level),
          condition,
          iteration,
          [`${quantity.replace(' ', '_')}_percent`]: accuracy,
        })),
      ),
    ),
  };
}

/** Three colours that are distinguishable with solid and dashed lines among each other. */
const contrasts = ['#000000', '#0072b2', '#e69f00'];

const levelsOf = (results: RunResults, conditions: readonly string[]): number[] =>
  [...new Set(results.cells.filter(({ condition }) => conditions.includes(condition)).map(({ level }) => level))].sort(
    (a, b) => a - b,
  );

/** The left panels of the paper's Figure 3: accuracy against iteration, the dense network and tickets by density. */
export function learningCurves(results: RunResults, document: Document): Figure | null {
  const levels = chosenLevels(levelsOf(results, ['dense', 'ticket']));
  return drawCurves(results, document, curvesOf(results, 'ticket', levels), {
    id: 'learning-curves',
    title: 'How the networks learn, by weights remaining',
    caption: (quantity) =>
      `Mean ${quantity} over trials, one line for each percentage of weights remaining, 100% being the dense network. The axis omits the first climb from chance accuracy.`,
  });
}

/** The right panel of the paper's Figure 3: tickets beside their re-initialisations, at a few densities. */
export function controlCurves(results: RunResults, document: Document): Figure | null {
  const all = levelsOf(results, ['reinitialise']);
  const chosen = [...new Set([1, 2, 3].map((third) => all[Math.round((third * (all.length - 1)) / 3)]))];
  const levels = chosen.filter((level) => level !== undefined);
  if (levels.length === 0) return null;
  const drawn = ['ticket', 'reinitialise'].flatMap((condition) => curvesOf(results, condition, levels, contrasts));
  return drawCurves(results, document, drawn, {
    id: 'control-curves',
    title: 'Tickets beside their random re-initialisations',
    caption: (quantity) =>
      `Mean ${quantity} over trials and draws: solid, the ticket; dashed, ${conditionName('reinitialise')} (the same mask). One colour for each percentage of weights remaining. The axis omits the first climb from chance accuracy.`,
  });
}
