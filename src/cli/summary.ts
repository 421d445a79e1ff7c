import {
  type Comparison,
  compareRun,
  conditionName,
  formatCount,
  headline,
  type LevelRow,
  levelRows,
  lossArea,
  type RowNumber,
  type Statement,
  statements,
  timeToLoss,
} from '../analysis/index.js';
import { describeCell } from '../experiments/describe-cell.js';
import type { RunResults } from '../experiments/results.js';
import type { TasksOutcome } from '../experiments/tasks/index.js';
import { collapsedLayers } from '../tickets/index.js';
import { errorText } from './progress/index.js';
import { flopText, type Output, type Paint, paintFor, roughTime, type Style, table, wrap } from './terminal.js';

/** What the run did just now. */
export interface Timing {
  readonly trained: number;
  /** Wall time. */
  readonly seconds: number;
}

interface SummaryOptions {
  /** Path of the report, or null when none was written. */
  readonly report?: string | null;
  readonly timing?: Timing;
  readonly output: Output;
}

function signed({ text, interval, sign }: RowNumber, paint: Paint): string[] {
  const painted = (words: string) =>
    words === '' || sign === '~' ? words : paint(sign === '+' ? 'green' : 'red', words);
  return [painted(text), painted(interval)];
}

/** A level's own figures: the dense network first, then its tickets. */
function levelTable(rows: readonly LevelRow[], paint: Paint): string {
  const header = [
    'level',
    'Pm %',
    'to loss',
    'mean loss',
    'early stop',
    'least to greatest',
    'test at stop',
    'test at end',
    'trials',
  ];
  return table(
    header,
    rows.map((row) => [
      row.level === 0 ? 'dense' : String(row.level),
      row.pm,
      row.timeToLoss,
      row.loss,
      row.earlyStop,
      row.earlyStopRange,
      row.testAtEarlyStop,
      row.testAtEnd,
      row.diverged === 0 ? String(row.trials) : `${row.trials} + ${row.diverged} diverged`,
    ]),
    'lrrrrrrrr',
    paint,
  );
}

/** The ticket against one opponent, level by level, with 95% intervals; coloured where it is decided over all levels. */
function contrastTable(rows: readonly LevelRow[], against: string, isTimed: boolean, paint: Paint): string {
  const header = ['level', 'Pm %', 'as fast', '95%', 'loss', '95%', 'as early', '95%', 'accuracy', '95%'];
  const body = rows.flatMap((row) => {
    const found = row.contrasts.find((contrast) => contrast.against === against);
    if (found === undefined || row.level === 0) return [];
    const numbers = [found.speed, found.loss, found.earlyStop, found.accuracy];
    return [[String(row.level), row.pm, ...numbers.flatMap((number) => signed(number, paint))]];
  });
  const kept = (line: readonly string[]) => line.filter((_, column) => isTimed || (column !== 2 && column !== 3));
  return table(kept(header), body.map(kept), isTimed ? 'lrrrrrrrrr' : 'lrrrrrrr', paint);
}

function opponents(comparison: Comparison): string[] {
  const present = new Set(comparison.levels.flatMap(({ contrasts }) => contrasts.map(({ against }) => against)));
  return ['dense', ...comparison.controls].filter((against) => present.has(against));
}

const marks: Record<NonNullable<Statement['outcome']>, [Style, string]> = {
  supported: ['green', '+'],
  contradicted: ['red', '-'],
  undecided: ['yellow', '~'],
};

/** What the columns of the tables are. */
function tableNote(loss: number | null): string {
  const timed =
    loss === null
      ? ''
      : `to loss: iterations until the validation loss is first ${loss} (\u2265: some never reach it, and count with the last iteration); `;
  const fast = loss === null ? '' : 'as fast: how many times as fast it gets there; ';
  return `${timed}mean loss: of validation, averaged over the training. Below, ${fast}loss: ratio of mean losses; as early: how many times as early it stops; accuracy: points of test accuracy at early stop; each with its 95% interval, coloured where it holds for all levels together.`;
}

/** What the command prints at the end of a run: what was found, tables, verdicts, and where the rest is. */
export function summaryText(results: RunResults, { report, timing, output }: SummaryOptions): string {
  const paint = paintFor(output);
  const width = Math.min(output.columns ?? 100, 120);
  const comparison = compareRun(results);
  const rows = levelRows(comparison);
  // What was found comes first; the numbers are for those who read on.
  const parts: string[] = [
    '',
    wrap(headline(comparison), width),
    '',
    levelTable(rows, paint),
    '',
    wrap(tableNote(results.measures.loss), width),
  ];
  for (const against of opponents(comparison)) {
    parts.push(
      '',
      paint('bold', `The ticket against ${conditionName(against)}, paired by trial`),
      contrastTable(rows, against, comparison.measures.loss !== null, paint),
    );
  }
  parts.push('');
  const judged = statements(comparison);
  for (const { outcome, sentence } of judged) {
    const [style, mark]: [Style, string] = outcome === null ? ['dim', '\u00b7'] : marks[outcome];
    parts.push(`${paint(style, mark)} ${wrap(sentence, width, '  ').trimStart()}`);
  }
  if (judged.some(({ reason }) => reason?.kind === 'one-trial')) {
    parts.push('', 'To decide these claims, run several trials: --trials 5.');
  }
  parts.push('');
  if (comparison.diverged.length > 0) {
    const many = comparison.diverged.length !== 1;
    parts.push(
      `${formatCount(comparison.diverged.length, 'cell')} diverged and ${many ? 'are' : 'is'} excluded from all means.`,
    );
  }
  parts.push(...collapseLine(collapses(results)));
  if (results.digest === null) {
    parts.push(
      `${results.cells.length} of ${formatCount(results.planned, 'cell')} ${results.planned === 1 ? 'is' : 'are'} finished; the tables show those.`,
    );
  }
  if (timing !== undefined && timing.trained > 0) {
    const flops = results.cells.reduce((sum, cell) => sum + cell.flops, 0);
    parts.push(
      `${formatCount(timing.trained, 'cell')} trained in ${roughTime(timing.seconds)}; the whole run is ${flopText(flops)} in ${roughTime(results.provenance.cellSeconds)} of training.`,
    );
  }
  if (report !== undefined && report !== null) parts.push(`Report: ${report}`);
  if (results.digest !== null) parts.push(`Digest: ${paint('bold', results.digest)}`);
  return parts.join('\n');
}

/** Layer collapse in one line, however many tickets have it. */
function collapseLine(found: ReturnType<typeof collapses>): string[] {
  if (found.length === 0) return [];
  const [{ cell, layers }] = found;
  if (found.length === 1) return [`Layer collapse: ${cell} has no weight left in ${layers.join(', ')}.`];
  const names = [...new Set(found.flatMap((one) => one.layers))];
  const counts = names.map((name) => `${name} (${found.filter((one) => one.layers.includes(name)).length})`);
  return [
    `Layer collapse: ${formatCount(found.length, 'ticket')} have layers without any weight left: ${counts.join(', ')}; the first is ${cell}.`,
  ];
}

/** Tickets that have a layer without any weight; their controls have the same counts. */
function collapses({ cells }: RunResults): { id: string; cell: string; layers: readonly string[] }[] {
  return cells.flatMap((cell) => {
    const layers = collapsedLayers(cell.layers);
    return cell.condition === 'ticket' && layers.length > 0 ? [{ id: cell.id, cell: describeCell(cell), layers }] : [];
  });
}

interface JsonOptions {
  readonly report?: string | null;
  readonly outcome?: TasksOutcome;
  readonly timing?: Timing;
}

/** The run as one JSON document: everything but learning curves and degrees of input pixels, which the store holds. */
export function runJson(results: RunResults, { report, outcome, timing }: JsonOptions): Record<string, unknown> {
  const comparison = compareRun(results);
  const { cells, ...rest } = results;
  return {
    ...rest,
    finished: cells.length,
    report: report ?? null,
    ...(timing === undefined ? {} : { trainedNow: timing.trained, secondsNow: timing.seconds }),
    failed: (outcome?.failed ?? []).map(({ task, error }) => ({
      id: task.id,
      cell: task.label,
      seed: task.kind === 'cell' ? task.cell.specification.initialisation.seed : null,
      error: errorText(error),
    })),
    notRun: (outcome?.blocked ?? []).map(({ task, reason }) => ({ id: task.id, cell: task.label, reason })),
    collapsed: collapses(results),
    headline: headline(comparison),
    statements: statements(comparison),
    levels: comparison.levels,
    cells: cells.map(({ history, inputDegree, ...cell }) => ({
      ...cell,
      timeToLoss: results.measures.loss === null ? null : timeToLoss(history, results.measures.loss),
      lossArea: lossArea(history, comparison.measures.from),
    })),
  };
}
