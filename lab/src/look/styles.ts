import { conditionOf, formatDensity } from 'lottery-lab/analysis';
import { conditionColour, inTheme } from '../parts/colours.js';
import type { Series } from './series.js';

/** How a line is drawn and called. */
export interface SeriesStyle {
  readonly title: string;
  readonly colour: string;
  /** Lengths of dashes and gaps in pixels; empty for a line without gaps. */
  readonly dash: string;
  /** A name of a symbol of Plot. */
  readonly symbol: string;
}

/** Okabe and Ito's colours, those that stand out from white and from black first. */
const runColours = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#8c6bb1', '#b8860b', '#56b4e9', 'var(--ink)'] as const;

/** Runs whose colours differ; more of them repeat. */
export const RUN_COLOURS = runColours.length;

const dashes = ['', '7 4', '2 3', '10 3 2 3', '4 2', '12 5', '1 4', '6 2 1 2 1 2'] as const;

export const runColour = (run: number): string => inTheme(runColours[run % runColours.length]);

/** What runs are called where they are compared: A, B, ... */
export const runLetter = (run: number): string => (run < 26 ? String.fromCharCode(65 + run) : `${run + 1}.`);

/** `21.1% of weights`. */
export const densityText = (density: number): string => `${formatDensity(density)}% of weights`;

/**
 * Styles of series by their keys. One run has a colour for each condition, and a dash for each level where its points are of one level;
 * several runs have a colour each, and a dash for each condition.
 */
export function stylesOf(series: readonly Series[], runs: number): ReadonlyMap<string, SeriesStyle> {
  const conditions = [...new Set(series.map(({ condition }) => condition))];
  const levels = [...new Set(series.filter(({ condition }) => condition !== 'dense').map(({ level }) => level))];
  const others = [...new Set(series.map((one) => one.others))];
  return new Map(
    series.map((one): [string, SeriesStyle] => {
      const { condition, run, level } = one;
      const described = conditionOf(condition);
      const isByRun = runs > 1 && run !== null;
      const dash =
        (isByRun ? Math.max(0, conditions.indexOf(condition)) : 0) +
        (levels.length > 1 && condition !== 'dense' ? levels.indexOf(level) : 0) +
        (others.length > 1 ? others.indexOf(one.others) : 0);
      const title = [
        ...(isByRun ? [runLetter(run)] : []),
        described.title,
        ...(level === null || condition === 'dense' || one.points.length === 0
          ? []
          : [run === null ? `level ${level}` : densityText(one.points[0].density)]),
        ...(one.others === '' ? [] : [one.others]),
      ].join(', ');
      const style = {
        title,
        colour: isByRun ? runColour(run) : conditionColour(condition),
        dash: dashes[dash % dashes.length],
        symbol: described.symbol,
      };
      return [one.key, style];
    }),
  );
}
