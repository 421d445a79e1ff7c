import { compareRun, formatCount, formatDensity, headline, statements } from 'lottery-lab/analysis';
import type { RunResults } from 'lottery-lab/experiments';
import { levelTable } from 'lottery-lab/figures';
import { useMemo, useState } from 'preact/hooks';
import { TrialChoice } from '../parts/choices.js';
import { hasMasks, Masks } from '../play/masks.js';
import Downloads from '../take/downloads.js';
import { Explorer } from './explorer.js';
import { FiguresOnDemand } from './figures.js';
import type { PageProps } from './look.js';
import { Judged, Table } from './parts.js';
import type { Chosen } from './query.js';
import { RecordPage, Repeat, ReportLink } from './record-page.js';
import { Tasks } from './tasks.js';
import type { ShownStore } from './views.js';
import { countText } from './words.js';

/** A run: what was found first, then everything to see it from all sides. */
export function RunPage({ store, chosen, path, name }: PageProps & { readonly name: string }) {
  return (
    <RecordPage store={store} chosen={chosen} kind="run" name={name} load={() => store.run(name)}>
      {(results, version) => <Run store={store} results={results} chosen={chosen} path={path} version={version} />}
    </RecordPage>
  );
}

interface RunProps {
  readonly store: ShownStore;
  readonly results: RunResults;
  readonly chosen: Chosen;
  readonly path: readonly string[];
  readonly version: number;
}

const noDifference: readonly never[] = [];

function Run({ store, results, chosen, path, version }: RunProps) {
  const comparison = useMemo(() => (results.cells.length === 0 ? null : compareRun(results)), [results]);
  const runs = useMemo(() => [results], [results]);
  const missing = results.planned - results.cells.length;
  if (comparison === null) {
    return (
      <>
        <p>No training is finished yet, of {formatCount(results.planned, 'training')}.</p>
        <Again results={results} />
        <Tasks store={store} kind="run" name={results.run} version={version} chosen={chosen} />
      </>
    );
  }
  const { head, rows } = levelTable(comparison);
  const all = statements(comparison);
  return (
    <>
      <p class="lead">{headline(comparison)}</p>
      <Judged
        summary={`${countText(all.length, 'statement')} with their tests`}
        sentences={all.map(({ outcome, sentence }) => ({ outcome, text: sentence }))}
      />
      <p class="soft small">
        ✓ supported, ✗ contradicted, ~ undecided: Student’s t over paired trials, corrected together by Holm’s method.{' '}
        {results.cells.length} of {countText(results.planned, 'training')} {results.planned === 1 ? 'is' : 'are'}{' '}
        finished
        {missing > 0 ? '; what is missing is in no mean' : ''}.
        <ReportLink store={store} kind="run" name={results.run} />
      </p>
      <h2>Figures</h2>
      <Explorer runs={runs} differing={noDifference} path={path} chosen={chosen} />
      <FiguresOnDemand of={{ kind: 'run', results }} />
      <h2>Level by level</h2>
      <p class="soft small">
        Means over trials; ≥ where some never reach the loss and count with the last iteration. Comparisons are paired
        by trial, with 95% t intervals, of the logarithms for times and losses.
      </p>
      <Table caption="Level by level" head={head} rows={rows} words={1} />
      <TrialMasks results={results} />
      <Downloads results={results} readCell={store.readCell} />
      <h2>Trainings</h2>
      <Tasks store={store} kind="run" name={results.run} version={version} chosen={chosen} />
      <Again results={results} />
    </>
  );
}

function TrialMasks({ results }: { readonly results: RunResults }) {
  const [trial, setTrial] = useState(0);
  const trials = [...new Set(results.cells.map((cell) => cell.trial))].sort((a, b) => a - b);
  const shown = trials.includes(trial) ? trial : (trials[0] ?? 0);
  return (
    <>
      <Masks results={results} trial={shown} />
      {hasMasks(results) ? <TrialChoice label="masks of" trials={trials} trial={shown} onChoose={setTrial} /> : null}
    </>
  );
}

function Again({ results }: { readonly results: RunResults }) {
  const { cells, planned, iterations, batch, ladder } = results;
  return (
    <Repeat
      of={results}
      facts={[
        [
          'trainings',
          `${cells.length} of ${planned}; ${iterations.toLocaleString('en')} iterations of ${countText(batch, 'example')} each`,
        ],
        ['densities', ladder.map(({ density }) => formatDensity(density)).join(', ')],
      ]}
    />
  );
}
