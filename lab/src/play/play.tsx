import { batch, useSignal } from '@preact/signals';
import { compareRun, conditionOf, headline, statements } from 'lottery-lab/analysis';
import type { RunSpecification } from 'lottery-lab/experiments';
import { useEffect, useMemo } from 'preact/hooks';
import { BrowserStore } from '../keep/browser-store.js';
import { Pixels } from '../parts/pixels.js';
import { type Place, replaceAddress } from '../place.js';
import { addressOf, type Choices, choicesOf, commandOf, firstChoices, specificationOf } from './address.js';
import { Curves, Ladder, Legend } from './charts.js';
import { drawnData, Experiment, type LiveCell } from './experiment.js';
import { Form } from './form.js';
import { curvesOf, ladderOf, type MeasureName, measures } from './summaries.js';

/** The store of this page, opened once. */
const kept = BrowserStore.open();

const workers = Math.max(1, Math.min(8, navigator.hardwareConcurrency || 2));

/** Train, prune, rewind, train the ticket, train the controls: an experiment of one's own, while it grows. */
export function Play({ query }: Place) {
  const choices = useSignal<Choices>(choicesOf(query) ?? firstChoices);
  const experiment = useSignal<Experiment | null>(null);
  const trouble = useSignal<string | null>(null);
  const read = useMemo(() => readSpecification(choices.value), [choices.value]);

  useEffect(() => {
    const other = choicesOf(query);
    if (other !== null && addressOf(other) !== addressOf(choices.value)) choices.value = other;
  }, [query]);

  // What is chosen is the address, and an experiment that was begun before shows what is kept of it.
  useEffect(() => {
    replaceAddress(`#/play?${addressOf(choices.value)}`);
    const { specification } = read;
    let isOld = false;
    const open = async (): Promise<void> => {
      if (specification === null) return;
      try {
        const store = await kept;
        // Drawing the data takes a moment, in which the page should not hang on every key.
        await new Promise((resolve) => setTimeout(resolve, 0));
        const opened = new Experiment({
          specification,
          dataset: drawnData(specification),
          store,
          command: commandOf(choices.value),
          workers,
        });
        await opened.recall();
        if (isOld) return;
        batch(() => {
          experiment.value = opened;
          trouble.value = null;
        });
      } catch (error) {
        if (!isOld) trouble.value = error instanceof Error ? error.message : String(error);
      }
    };
    void experiment.value?.pause();
    experiment.value = null;
    void open();
    return () => {
      isOld = true;
    };
  }, [choices.value]);

  useEffect(() => () => void experiment.value?.pause(), []);

  const running = experiment.value?.state.value.kind === 'running';
  const wrong = read.error ?? trouble.value;
  return (
    <div class="play">
      <section class="panel" aria-label="Experiment">
        <Form
          choices={choices.value}
          specification={read.specification}
          disabled={running}
          onChange={(next) => {
            choices.value = next;
          }}
        />
        <p class="error" role="alert">
          {wrong}
        </p>
        {experiment.value === null ? null : <Buttons experiment={experiment.value} />}
        <Sharing choices={choices.value} experiment={experiment.value} />
      </section>
      <section class="shown" aria-label="What comes of it">
        {experiment.value === null ? (
          <p class="soft">{wrong === null ? 'Drawing the data.' : ''}</p>
        ) : (
          <Shown experiment={experiment.value} />
        )}
      </section>
    </div>
  );
}

function readSpecification(choices: Choices): { specification: RunSpecification | null; error: string | null } {
  try {
    return { specification: specificationOf(choices), error: null };
  } catch (error) {
    return { specification: null, error: error instanceof Error ? error.message : String(error) };
  }
}

function Buttons({ experiment }: { readonly experiment: Experiment }) {
  const { kind } = experiment.state.value;
  return (
    <div class="buttons">
      {kind === 'running' ? (
        <button type="button" class="main" onClick={() => void experiment.pause()}>
          Pause
        </button>
      ) : (
        <>
          <button type="button" class="main" disabled={kind === 'done'} onClick={() => void experiment.run()}>
            {kind === 'paused' ? 'Go on' : kind === 'done' ? 'Finished' : 'Train, prune, rewind, repeat'}
          </button>
          <button type="button" disabled={kind === 'done'} onClick={() => void experiment.run(1)}>
            One round
          </button>
        </>
      )}
    </div>
  );
}

const clock = (seconds: number) => `${Math.floor(seconds / 60)}:${String(Math.round(seconds) % 60).padStart(2, '0')}`;

function Shown({ experiment }: { readonly experiment: Experiment }) {
  const measure = useSignal<MeasureName>('test accuracy at early stop (%)');
  const cells = [...experiment.cells.value.values()];
  const results = experiment.results.value;
  const level = experiment.level.value;
  const { iterations } = experiment.planned.graph.lengths;
  const conditions = [...new Set(cells.map(({ cell }) => cell.condition))].filter((name) => name !== 'search');
  const comparison = results === null || results.cells.length === 0 ? null : compareRun(results);
  return (
    <>
      <Progress experiment={experiment} cells={cells} />
      <Legend conditions={conditions} />
      <div class="charts">
        <Curves
          title={
            level === 0
              ? 'Validation loss: the dense network'
              : `Validation loss: round ${level}, beside the dense network`
          }
          label="loss (nats)"
          points={curvesOf(cells, level, ({ validationLoss }) => validationLoss)}
          iterations={iterations}
        />
        <Curves
          title="Validation accuracy"
          label="accuracy (%)"
          points={curvesOf(cells, level, ({ validationAccuracy }) => 100 * validationAccuracy)}
          iterations={iterations}
        />
        {results === null ? null : (
          <>
            <Ladder
              title={
                results.measures.loss === null
                  ? 'Early stop (iteration)'
                  : `Iterations to a validation loss of ${results.measures.loss}`
              }
              points={ladderOf(
                results,
                results.measures.loss === null ? 'early stop (iteration)' : 'iterations to the loss',
              )}
            />
            <div>
              <label class="choose">
                shown:{' '}
                <select
                  value={measure.value}
                  onChange={(event) => {
                    measure.value = event.currentTarget.value as MeasureName;
                  }}
                >
                  {Object.keys(measures).map((name) => (
                    <option key={name}>{name}</option>
                  ))}
                </select>
              </label>
              <Ladder title={measure.value} points={ladderOf(results, measure.value)} />
            </div>
          </>
        )}
      </div>
      {comparison === null || level === 0 ? null : (
        <section aria-live="polite">
          <h2>What was found</h2>
          <p class="lead">{headline(comparison)}</p>
          <ul class="statements">
            {statements(comparison).map(({ id, outcome, sentence }) => (
              <li key={id} class={outcome ?? 'described'}>
                {sentence}
              </li>
            ))}
          </ul>
        </section>
      )}
      {results === null ? null : <Masks experiment={experiment} />}
    </>
  );
}

function Progress({ experiment, cells }: { readonly experiment: Experiment; readonly cells: readonly LiveCell[] }) {
  const { value: state } = experiment.state;
  const finished = cells.filter(({ share }) => share >= 1).length;
  const done =
    cells.reduce((sum, { cell, share }) => sum + cell.cost * share, 0) /
    cells.reduce((sum, { cell }) => sum + cell.cost, 0);
  const left = experiment.secondsLeft.value;
  const texts = {
    ready: 'Not begun.',
    running: `Round ${experiment.level.value} of ${experiment.last}${left === null ? '' : `, about ${clock(left)} left`}.`,
    paused: `Paused before round ${Math.min(experiment.last, experiment.level.value + 1)} is finished; everything trained is kept in this browser.`,
    done: 'Finished.',
    failed: state.kind === 'failed' ? state.message : '',
  };
  const digest = experiment.results.value?.digest ?? null;
  return (
    <div class="progress">
      <progress max={1} value={done} aria-label="Share of the experiment that is done" />
      <p role="status">
        {finished} of {cells.length} trainings. {texts[state.kind]}
      </p>
      {digest === null ? null : (
        <p class="digest">
          Digest <code>{digest}</code>, the same as that of the command on any machine.
        </p>
      )}
    </div>
  );
}

/** Which inputs the first layer still reads, round by round. */
function Masks({ experiment }: { readonly experiment: Experiment }) {
  const results = experiment.results.value;
  if (results === null) return null;
  const [channels, height, width] = results.dataset.shape;
  const tickets = results.cells.filter(
    ({ condition, trial }) => trial === 0 && (condition === 'dense' || condition === 'ticket'),
  );
  if (channels !== 1 || tickets.length === 0 || width < 8) return null;
  const most = Math.max(...tickets.flatMap(({ inputDegree }) => inputDegree), 1);
  return (
    <section>
      <h2>Which pixels the first trial’s tickets read</h2>
      <div class="masks">
        {tickets.map(({ id, level, density, inputDegree }) => (
          <Pixels
            key={id}
            title={level === 0 ? conditionOf('dense').title : `round ${level}, ${(100 * density).toFixed(1)}%`}
            values={inputDegree.map((degree) => degree / most)}
            width={width}
            height={height}
          />
        ))}
      </div>
    </section>
  );
}

function Sharing({ choices, experiment }: { readonly choices: Choices; readonly experiment: Experiment | null }) {
  const said = useSignal('');
  const copy = (what: string, text: string) => async () => {
    await navigator.clipboard.writeText(text);
    said.value = `${what} copied.`;
  };
  return (
    <div class="sharing">
      <button type="button" onClick={copy('Link', location.href)}>
        Copy link
      </button>
      <button type="button" onClick={copy('Command', commandOf(choices))}>
        Copy command
      </button>
      <span role="status">{said.value}</span>
      {experiment === null ? null : (
        <details>
          <summary>The command that trains the same</summary>
          <pre>{commandOf(choices)}</pre>
        </details>
      )}
    </div>
  );
}
