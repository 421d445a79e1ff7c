import { conditionOf, formatDensity } from 'lottery-lab/analysis';
import type { RunResults } from 'lottery-lab/experiments';
import { useMemo } from 'preact/hooks';
import { choose, lookHref } from './address.js';
import { Choice } from './controls.js';
import { differingSettings, valueText } from './differences.js';
import { Explorer } from './explorer.js';
import { useGrowth, useLoaded } from './loaded.js';
import type { PageProps } from './look.js';
import { type CellMeasure, type MeasureName, measures, measuresOf } from './measures.js';
import { pairedRows } from './pairs.js';
import { Table, Waiting } from './parts.js';
import { runColour, runLetter } from './styles.js';
import { countText, intervalText, numberText, pointsText } from './words.js';

/** Two or more runs laid over one another, with what differs named. */
export function Compare({ store, chosen, path }: PageProps) {
  const names = (chosen.get('runs') ?? '').split(',').filter((name) => name !== '');
  const { version } = useGrowth(store, 'run', names);
  const { value: runs, error } = useLoaded(
    () => Promise.all(names.map((name) => store.run(name))),
    [store, names.join()],
    version,
  );
  const list = <a href={lookHref(chosen, [])}>Runs and studies</a>;
  return (
    <article>
      <p class="trail">{list} / compare</p>
      <h2 class="record-name">{names.length < 2 ? 'Compare' : `${countText(names.length, 'run')} compared`}</h2>
      {names.length < 2 ? (
        <p>
          The address names {countText(names.length, 'run')}; expected two or more. Select them in the list: {list}.
        </p>
      ) : runs === null ? (
        <Waiting error={error} what="the runs" />
      ) : (
        <Compared store={store} runs={runs} chosen={chosen} path={path} />
      )}
    </article>
  );
}

function Compared({ runs, chosen, path }: PageProps & { readonly runs: readonly RunResults[] }) {
  const differing = useMemo(() => differingSettings(runs), [runs]);
  return (
    <>
      <ul class="runs">
        {runs.map(({ run, cells, planned }, place) => (
          <li key={run}>
            <span class="swatch" style={{ background: runColour(place) }} />
            <b>{runLetter(place)}</b> <a href={lookHref(chosen, ['run', run])}>{run}</a>
            {cells.length < planned ? `, ${cells.length} of ${countText(planned, 'training')} finished` : ''}
          </li>
        ))}
      </ul>
      <h2>What differs</h2>
      {differing.length === 0 ? (
        <p>Nothing in their settings or data.</p>
      ) : (
        <Table
          caption="Settings that differ"
          head={['setting', ...runs.map((_, run) => runLetter(run)), 'what it is']}
          rows={differing.map(({ path: setting, help, values }) => [
            <code key="setting">{breakable(setting)}</code>,
            ...values.map((value, run) => (
              <span key={runLetter(run)} class="setting-value">
                {valueText(value)}
              </span>
            )),
            <span key="help" class="setting-help">
              {help}
            </span>,
          ])}
          words={runs.length + 2}
        />
      )}
      <h2>Figures</h2>
      <p class="soft small">
        Colours are runs, dashes and markers are networks. With a setting on the axis, lines join runs that differ in
        nothing else.
      </p>
      <Explorer runs={runs} differing={differing} path={path} chosen={chosen} />
      <Pairs runs={runs} chosen={chosen} path={path} />
    </>
  );
}

/** A path of a setting that may be broken after its dots. */
const breakable = (path: string) =>
  path.split('.').flatMap((part, place) => (place === 0 ? [part] : ['.', <wbr key={part} />, part]));

/** One run against the others, trial by trial, where they share their seeds. */
function Pairs({ runs, chosen, path }: Pick<PageProps, 'chosen' | 'path'> & { readonly runs: readonly RunResults[] }) {
  const asked = Number(chosen.get('base') ?? 0);
  const base = asked in runs ? asked : 0;
  const names = measuresOf(runs).filter((name) => measures[name].kind === 'cell');
  const wanted = chosen.get('paired') as MeasureName | undefined;
  const name = wanted !== undefined && names.includes(wanted) ? wanted : 'test-early';
  const measure = measures[name] as CellMeasure;
  const rows = useMemo(
    () =>
      runs.flatMap((run, place) =>
        place === base ? [] : pairedRows(run, runs[base], measure).map((row) => ({ ...row, place })),
      ),
    [runs, base, name],
  );
  const isRatio = measure.scale === 'ratio';
  const textOf = isRatio ? numberText : pointsText;
  return (
    <>
      <h2>Trial by trial</h2>
      <div class="explorer-choices">
        <Choice
          label="measure"
          value={name}
          options={names.map((one) => [one, measures[one].title] as const)}
          onChange={(value) => choose(path, chosen, { paired: value })}
        />
        <Choice
          label="against"
          value={String(base)}
          options={runs.map((_, run) => [String(run), runLetter(run)] as const)}
          onChange={(value) => choose(path, chosen, { base: value })}
        />
      </div>
      {rows.length === 0 ? (
        <p>
          No trials are paired: these runs share no seed at equal networks and densities. Their means and intervals
          above are independent of one another.
        </p>
      ) : (
        <>
          <p class="soft small">
            {isRatio
              ? `The ratio of the run’s ${measure.title} to that of ${runLetter(base)}, of geometric means: 1 is no difference.`
              : `The run’s ${measure.title} less that of ${runLetter(base)}, in points: 0 is no difference.`}{' '}
            Paired by trials of the same seed, at densities that differ by less than 1%. Intervals are 95% each, not
            corrected for the number of rows.
          </p>
          <Table
            caption="Paired comparisons"
            head={[
              'run',
              'network',
              'weights remaining (%)',
              'pairs',
              isRatio ? 'ratio' : 'difference',
              '95% interval',
            ]}
            rows={rows.map(({ place, condition, density, pairs, value, interval }) => [
              runLetter(place),
              conditionOf(condition).title,
              formatDensity(density),
              pairs,
              value === null ? 'no number' : textOf(value),
              interval === null && pairs < 2 ? 'no interval of one pair' : intervalText(interval, textOf),
            ])}
            words={2}
          />
        </>
      )}
    </>
  );
}
