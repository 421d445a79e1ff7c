import { compareRun, formatCount, formatDensity, headline, statements } from 'lottery-lab/analysis';
import type { RunResults } from 'lottery-lab/experiments';
import { levelTable, makeFigures } from 'lottery-lab/figures';
import { useMemo, useState } from 'preact/hooks';
import { Masks } from '../play/masks.js';
import { lookHref } from './address.js';
import { Explorer } from './explorer.js';
import { FiguresOnDemand } from './figures.js';
import { useGrowth, useLoaded } from './loaded.js';
import type { PageProps } from './look.js';
import { AtWork, Command, Facts, Judged, provenanceFacts, Table, Waiting } from './parts.js';
import type { Chosen } from './query.js';
import { Tasks } from './tasks.js';
import type { ShownStore } from './views.js';
import { countText } from './words.js';

/** A run: what was found first, then everything to see it from all sides. */
export function RunPage({ store, chosen, path, name }: PageProps & { readonly name: string }) {
  const { version, records } = useGrowth(store, 'run', [name]);
  const { value: results, error } = useLoaded(() => store.run(name), [store, name], version);
  return (
    <article>
      <p class="trail">
        <a href={lookHref(chosen, [])}>Runs and studies</a> / run
      </p>
      <h2 class="record-name">{name}</h2>
      <AtWork records={records} />
      {results === null ? (
        <Waiting error={error} what="the run" />
      ) : (
        <Run store={store} results={results} chosen={chosen} path={path} version={version} />
      )}
    </article>
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
  const report = store.reportOf?.('run', results.run) ?? null;
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
        {report === null ? null : (
          <>
            {' '}
            <a href={report}>The self-contained report</a>
          </>
        )}
      </p>
      <h2>Figures</h2>
      <Explorer runs={runs} differing={noDifference} path={path} chosen={chosen} />
      <FiguresOnDemand load={async () => makeFigures(results, comparison, document)} of={results} />
      <h2>Level by level</h2>
      <p class="soft small">
        Means over trials; ≥ where some never reach the loss and count with the last iteration. Comparisons are paired
        by trial, with 95% t intervals, of the logarithms for times and losses.
      </p>
      <Table caption="Level by level" head={head} rows={rows} words={1} />
      <TrialMasks results={results} />
      <h2>Trainings</h2>
      <Tasks store={store} kind="run" name={results.run} version={version} chosen={chosen} />
      <Again results={results} />
    </>
  );
}

function TrialMasks({ results }: { readonly results: RunResults }) {
  const [trial, setTrial] = useState(0);
  const trials = [...new Set(results.cells.map((cell) => cell.trial))].sort((a, b) => a - b);
  return (
    <>
      <Masks results={results} trial={trials.includes(trial) ? trial : (trials[0] ?? 0)} />
      {trials.length > 1 && results.dataset.shape[0] === 1 && results.dataset.shape[2] >= 8 ? (
        <label class="look-choice">
          <span>masks of</span>
          <select value={String(trial)} onChange={(event) => setTrial(Number(event.currentTarget.value))}>
            {trials.map((one) => (
              <option key={one} value={String(one)}>
                trial {one + 1}
              </option>
            ))}
          </select>
        </label>
      ) : null}
    </>
  );
}

/** How to get it all again. */
function Again({ results }: { readonly results: RunResults }) {
  const { command, network, dataset, specification, provenance, digest } = results;
  return (
    <>
      <h2>How to repeat it</h2>
      <Command text={command} />
      <Facts
        facts={[
          ['network', `${network.name}, ${network.weights.toLocaleString('en')} weights`],
          [
            'data',
            <>
              {dataset.name}, SHA-256 <code>{dataset.digest}</code>
            </>,
          ],
          [
            'trainings',
            `${results.cells.length} of ${results.planned}; ${results.iterations.toLocaleString('en')} iterations of ${countText(results.batch, 'example')} each`,
          ],
          ['densities', results.ladder.map(({ density }) => formatDensity(density)).join(', ')],
          ...provenanceFacts(digest, provenance),
        ]}
      />
      <details>
        <summary>Specification</summary>
        <pre>{JSON.stringify(specification, null, 2)}</pre>
      </details>
    </>
  );
}
