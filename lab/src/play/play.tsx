import { batch, useSignal } from '@preact/signals';
import type { RunSpecification } from 'lottery-lab/experiments';
import { sharesMemory } from 'lottery-lab/web';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { datasetOf } from '../data/datasets.js';
import { askToKeep, kept } from '../keep/kept.js';
import { announce } from '../parts/announce.js';
import { messageOf } from '../parts/message.js';
import { FIRST, type Place, place, replaceAddress } from '../place.js';
import {
  addressOf,
  type Choices,
  choicesOf,
  commandOf,
  differencesOf,
  firstChoices,
  specificationOf,
  withSettings,
} from './address.js';
import { Experiment, WORKERS } from './experiment.js';
import { Form } from './form.js';
import { OwnData, settingsOf } from './own-data.js';
import { Buttons } from './progress.js';
import { Sharing } from './sharing.js';
import { type Beside, Shown } from './shown.js';

/** Beside the results there is room for the settings; above them, on a phone, they are folded away. */
const isWide = matchMedia('(min-width: 761px)').matches;

interface Kept extends Beside {
  readonly choices: Choices;
}

/** Train, prune, rewind, train the ticket, train the controls: an experiment of one's own, while it grows. */
export function Play({ query }: Place) {
  const choices = useSignal<Choices>(choicesOf(query) ?? firstChoices);
  /** What was changed while a round is in training: it counts from the next round on. */
  const next = useSignal<Choices | null>(null);
  const experiment = useSignal<Experiment | null>(null);
  const trouble = useSignal<string | null>(null);
  /** Why nothing is kept beyond this visit; null where it is. */
  const visit = useSignal<string | null>(null);
  const beside = useSignal<Kept | null>(null);
  const written = next.value ?? choices.value;
  const read = useMemo(() => readSpecification(written), [written]);
  /** What the settings came to when they were right: other fields keep their values while one is wrong. */
  const usable = useRef<RunSpecification | null>(null);
  if (read.specification !== null) usable.current = read.specification;
  const running = experiment.value?.state.value.kind === 'running';

  useEffect(() => {
    const other = choicesOf(query);
    if (other === null || addressOf(other) === addressOf(choices.value)) return;
    next.value = null;
    void open(other);
  }, [query]);

  useEffect(() => {
    void open(choices.value);
    return () => void experiment.peek()?.pause();
  }, []);

  /** Opens the experiment of some choices, with what is kept of it. What is chosen is the address. */
  const open = async (chosen: Choices): Promise<Experiment | null> => {
    const before = experiment.peek();
    batch(() => {
      choices.value = chosen;
      trouble.value = null;
    });
    // Somebody who has gone on to another room meanwhile is not called back.
    if ((place.peek().path[0] ?? FIRST) === 'play') replaceAddress(`#/play?${addressOf(chosen)}`);
    await before?.pause();
    const isOld = () => choices.peek() !== chosen;
    try {
      const specification = specificationOf(chosen);
      const [{ store, passing }, dataset] = await Promise.all([kept(), datasetOf(specification)]);
      visit.value = passing;
      const opened = new Experiment({ specification, dataset, store, command: commandOf(chosen) });
      await opened.recall();
      if (isOld()) return null;
      experiment.value = opened;
      return opened;
    } catch (error) {
      if (isOld()) return null;
      batch(() => {
        experiment.value = null;
        trouble.value = messageOf(error);
      });
      return null;
    }
  };

  const change = (chosen: Choices): void => {
    if (experiment.peek()?.state.peek().kind === 'running') next.value = chosen;
    else void open(chosen);
  };

  const run = async (rounds?: number): Promise<void> => {
    const running = experiment.peek();
    if (running === null) return;
    announce('Training.');
    void askToKeep();
    await running.run(rounds, () => next.peek() === null || readSpecification(next.peek() as Choices).error !== null);
    const changed = next.peek();
    if (changed !== null && running.state.peek().kind !== 'failed' && experiment.peek() === running) {
      next.value = null;
      await (await open(changed))?.run();
    }
    const ended = experiment.peek()?.state.peek().kind;
    if (ended !== undefined)
      announce(
        { ready: '', running: '', paused: 'Paused.', done: 'The experiment is finished.', failed: 'Training failed.' }[
          ended
        ],
      );
  };

  const applyNow = async (): Promise<void> => {
    await experiment.peek()?.pause();
  };

  const keepBeside = (): void => {
    const { value: shown } = experiment;
    const found = shown?.found.value ?? null;
    if (shown === null || found === null) return;
    beside.value = { choices: choices.value, title: '', cells: [...shown.cells.value.values()], found };
    announce('Kept for comparison: the next experiment is drawn over it.');
  };

  const compared = useMemo((): Beside | null => {
    if (beside.value === null) return null;
    const differences = differencesOf(beside.value.choices, choices.value);
    const title =
      differences.length === 0
        ? 'kept for comparison: the same experiment'
        : `kept for comparison (${differences.join('; ')})`;
    return { ...beside.value, title };
  }, [beside.value, choices.value]);

  const wrong = read.error ?? trouble.value;
  const shown = experiment.value;
  return (
    <div class="play">
      <section class="panel" aria-label="Experiment">
        {shown === null ? null : <Buttons experiment={shown} onRun={(rounds) => void run(rounds)} />}
        {running && next.value !== null ? (
          <div class="next">
            <p>
              {read.error === null
                ? 'What you changed counts from the next round on.'
                : 'What you changed cannot be used yet.'}
            </p>
            <button type="button" disabled={read.error !== null} onClick={() => void applyNow()}>
              Use it now
            </button>
            <button type="button" onClick={() => (next.value = null)}>
              Discard it
            </button>
          </div>
        ) : null}
        <p class="error" role="alert">
          {wrong}
        </p>
        {shown?.found.value?.comparison ? (
          <div class="buttons">
            <button type="button" onClick={keepBeside}>
              Keep for comparison
            </button>
            {beside.value === null ? null : (
              <button type="button" onClick={() => (beside.value = null)}>
                End the comparison
              </button>
            )}
          </div>
        ) : null}
        <details class="chosen" open={isWide}>
          <summary>Settings</summary>
          <Form choices={written} specification={usable.current} onChange={change} />
          <OwnData onKept={(data) => change(withSettings(next.value ?? choices.value, settingsOf(data)))} />
          <Sharing choices={choices.value} />
          {visit.value === null ? null : <p class="error">{visit.value}</p>}
        </details>
        <p class="soft machine">
          {WORKERS === 1 ? 'One training' : `${WORKERS} trainings`} at a time.{' '}
          {sharesMemory()
            ? ''
            : globalThis.crossOriginIsolated
              ? 'This browser has no memory that threads share, so that a single training uses one core.'
              : 'The host of this page does not isolate it, so that a single training uses one core.'}
        </p>
      </section>
      <section class="shown" aria-label="Results">
        {shown === null ? (
          <p class="soft">
            {wrong === null ? 'Preparing the data.' : 'The experiment is shown here once its settings can be used.'}
          </p>
        ) : (
          <Shown key={shown.planned.folder} experiment={shown} beside={compared} />
        )}
      </section>
    </div>
  );
}

function readSpecification(choices: Choices): { specification: RunSpecification | null; error: string | null } {
  try {
    return { specification: specificationOf(choices), error: null };
  } catch (error) {
    return { specification: null, error: messageOf(error) };
  }
}
