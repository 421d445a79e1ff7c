import { capitalise, commonStart, conditionOf, timeToLoss } from 'lottery-lab/analysis';
import type { RunResults } from 'lottery-lab/experiments';
import { useMemo, useState } from 'preact/hooks';
import { announce } from '../parts/announce.js';
import { choose } from './address.js';
import { type Axis, LookChart } from './chart.js';
import { Checks, Choice, RangeFields } from './controls.js';
import { type DifferingSetting, valueText } from './differences.js';
import { type CellMeasure, type CurveMeasure, type MeasureName, measures, measuresOf } from './measures.js';
import { Numbers } from './numbers.js';
import { LineLegend } from './parts.js';
import { Picked } from './picked.js';
import { type Chosen, numbersIn, rangeIn } from './query.js';
import { conditionsIn, curveSeries, measureSeries, type Point } from './series.js';
import { densityText, RUN_COLOURS, type SeriesStyle, stylesOf } from './styles.js';
import { countText } from './words.js';

interface ExplorerProps {
  readonly runs: readonly RunResults[];
  /** Settings in which they differ: those that are numbers may be an axis. */
  readonly differing: readonly DifferingSetting[];
  /** Of the page, for its address. */
  readonly path: readonly string[];
  readonly chosen: Chosen;
}

/** Runs to look into: any measure against weights remaining, iterations or a setting, with intervals, down to single trainings. */
export function Explorer({ runs, differing, path, chosen }: ExplorerProps) {
  const [picked, setPicked] = useState<Point | null>(null);
  const change = (changes: Readonly<Record<string, string | null>>) => choose(path, chosen, changes);
  const names = useMemo(() => measuresOf(runs), [runs]);
  const asked = chosen.get('measure') as MeasureName | undefined;
  const name =
    asked !== undefined && names.includes(asked) ? asked : names.includes('test-early') ? 'test-early' : names[0];
  const measure: CellMeasure | CurveMeasure = measures[name];
  const isCurve = measure.kind === 'curve';
  const axes = differing.filter(({ isNumber }) => isNumber);
  const setting = isCurve ? undefined : axes.find(({ path: one }) => one === chosen.get('x'));

  const conditions = useMemo(() => conditionsIn(runs), [runs]);
  // Several runs are too much to see with all controls at once; which are chosen stands beside the figure.
  const standard = runs.length === 1 ? conditions : conditions.filter((one) => one === 'dense' || one === 'ticket');
  const only = chosen.get('only')?.split(',') ?? standard;
  const shown = conditions.filter((condition) => only.includes(condition));
  const levels = useMemo(() => levelsOf(runs), [runs]);
  const hasLevels = isCurve || setting !== undefined;
  const chosenLevels = numbersIn(chosen.get('levels')) ?? levels.slice(-1).map(({ level }) => level);

  const series = useMemo(() => {
    const wanted = { conditions: new Set(shown), levels: hasLevels ? new Set(chosenLevels) : null };
    if (measure.kind === 'curve') return curveSeries(runs, measure, wanted);
    const from = commonStart(runs.flatMap(({ cells }) => cells));
    const axis = setting === undefined ? null : { setting, others: othersOf(runs, differing, setting) };
    return measureSeries(runs, measure, wanted, (run) => ({ ...runs[run].measures, from }), axis);
  }, [runs, name, setting?.path, shown.join(), hasLevels ? chosenLevels.join() : '']);
  const styles = useMemo(() => stylesOf(series, runs.length), [series, runs.length]);
  const axis = useMemo((): Axis => axisOf(isCurve, setting), [isCurve, setting]);
  const range = rangeIn(chosen);
  const showsTrials = chosen.get('trials') === 'each';
  const title = capitalise(
    `${measure.title.replace(/^curve: /, '')} against ${axis.kind === 'density' ? 'weights remaining' : axis.label}`,
  );

  const pick = (point: Point): void => {
    setPicked(point);
    announce(
      `${countText(point.trials.flatMap(({ cells }) => cells).length, 'training')} of this point below the figure.`,
    );
  };
  const setRange = (next: readonly [number, number] | null): void =>
    change({
      from: next === null ? null : String(Number(next[0].toPrecision(5))),
      to: next === null ? null : String(Number(next[1].toPrecision(5))),
    });

  return (
    <div class="explorer">
      <div class="explorer-choices">
        <Choice
          label="measure"
          value={name}
          options={names.map((one) => [one, measures[one].title] as const)}
          onChange={(value) => {
            setPicked(null);
            const turns = (measures[value as MeasureName].kind === 'curve') !== isCurve;
            change({ measure: value, ...(turns ? { from: null, to: null } : {}) });
          }}
        />
        <Choice
          label="against"
          value={isCurve ? 'iteration' : (setting?.path ?? 'density')}
          options={
            isCurve
              ? [['iteration', 'iterations']]
              : [['density', 'weights remaining'], ...axes.map(({ path: one }) => [one, one] as const)]
          }
          onChange={(value) => {
            setPicked(null);
            change({ x: value === 'density' || value === 'iteration' ? null : value, from: null, to: null });
          }}
        />
        <RangeFields range={range} unit={axis.kind === 'density' ? '%' : ''} onRange={setRange} />
        <Checks
          legend="show"
          options={[['each', 'single trials']]}
          chosen={showsTrials ? ['each'] : []}
          onChange={(all) => change({ trials: all.length > 0 ? 'each' : null })}
        />
        <Checks
          legend="networks"
          options={conditions.map((condition) => [condition, conditionOf(condition).title] as const)}
          chosen={shown}
          onChange={(all) => change({ only: all.join() === standard.join() ? null : all.join(',') || 'none' })}
        />
        {hasLevels && levels.length > 0 ? (
          <Checks
            legend="levels"
            options={levels.map(({ level, density }) => [String(level), `${level}: ${densityText(density)}`] as const)}
            chosen={chosenLevels.map(String)}
            onChange={(all) => change({ levels: all.join(',') || 'none' })}
          />
        ) : null}
      </div>
      <LineLegend styles={[...styles.values()]} isCurve={isCurve} />
      {series.length === 0 ? (
        <p class="soft">No finished training of the chosen networks and levels has this measure.</p>
      ) : (
        <LookChart
          title={title}
          series={series}
          styles={styles}
          axis={axis}
          range={range}
          isCurve={isCurve}
          showsTrials={showsTrials}
          onRange={setRange}
          onPick={pick}
        />
      )}
      <p class="soft small">{notesOn(runs, name, shown).join(' ')}</p>
      <Picked point={picked} style={styleOf(styles, picked)} axis={axis} runs={runs} chosen={chosen} />
      <Numbers series={series} styles={styles} axis={axis} range={range} onPick={pick} />
    </div>
  );
}

const styleOf = (styles: ReadonlyMap<string, SeriesStyle>, point: Point | null): SeriesStyle | null =>
  point === null ? null : (styles.get(point.series.key) ?? null);

function axisOf(isCurve: boolean, setting: DifferingSetting | undefined): Axis {
  if (isCurve) return { label: 'iteration', kind: 'linear' };
  if (setting === undefined) return { label: 'weights remaining (%)', kind: 'density' };
  const values = setting.values as readonly number[];
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return { label: setting.path, kind: least > 0 && most / least >= 8 ? 'log' : 'linear' };
}

/** Levels that runs have beside the dense network, with the density of the first run that has one. */
function levelsOf(runs: readonly RunResults[]): readonly { readonly level: number; readonly density: number }[] {
  const found = new Map<number, number>();
  for (const { cells } of runs) {
    for (const { level, density, condition } of cells) {
      if (condition !== 'dense' && condition !== 'search' && !found.has(level)) found.set(level, density);
    }
  }
  return [...found].map(([level, density]) => ({ level, density })).sort((a, b) => a.level - b.level);
}

/** What tells the runs apart but for one setting, in words. */
const othersOf = (runs: readonly RunResults[], differing: readonly DifferingSetting[], axis: DifferingSetting) =>
  runs.map((_, run) =>
    differing
      .filter((setting) => setting !== axis)
      .map(({ path, values }) => `${path} ${valueText(values[run])}`)
      .join(', '),
  );

/** What readers must know to trust the figure. */
function notesOn(runs: readonly RunResults[], name: MeasureName, shown: readonly string[]): readonly string[] {
  const cells = runs.flatMap((run) =>
    run.cells.filter(({ condition }) => shown.includes(condition)).map((cell) => ({ run, cell })),
  );
  const diverged = cells.filter(({ cell }) => cell.status === 'diverged').length;
  const notes = [
    'Lines are means over trials, with 95% t intervals; draws of one control are averaged within their trial first. What is cut at an edge of the figure continues beyond it.',
    diverged === 0
      ? ''
      : `${countText(diverged, 'training')} diverged and ${diverged === 1 ? 'is' : 'are'} in no mean.`,
  ];
  if (name === 'time-to-loss') {
    const losses = [...new Set(runs.map(({ measures: { loss } }) => loss))];
    notes.push(
      losses.length === 1
        ? `The loss is ${losses[0]} nats on the validation set.`
        : `The runs are timed to different validation losses: ${losses.map((loss) => (loss === null ? 'none' : `${loss} nats`)).join(', ')}.`,
    );
    const never = cells.filter(
      ({ run, cell }) =>
        cell.status === 'done' &&
        run.measures.loss !== null &&
        timeToLoss(cell.history, run.measures.loss)?.reached === false,
    ).length;
    if (never > 0) {
      notes.push(
        `${countText(never, 'training')} never reached it and ${never === 1 ? 'counts' : 'count'} with the last iteration.`,
      );
    }
  }
  if (name === 'mean-loss') notes.push('It counts from the first iteration that all of these trainings have.');
  if (runs.length > RUN_COLOURS) {
    notes.push(`Colours repeat after ${RUN_COLOURS} runs: the letters in what is shown at a point tell them apart.`);
  }
  return notes.filter((note) => note !== '');
}
