import { useEffect, useRef } from 'preact/hooks';
import { announce } from '../parts/announce.js';
import { clockText } from '../parts/clock.js';
import type { Experiment } from '../play/experiment.js';
import { answersOf, denseSentence } from './findings.js';
import type { Step } from './steps.js';

interface GoingProps {
  readonly experiment: Experiment;
  readonly step: Step;
  /** The digest that the same experiment had before; null where it is run for the first time. */
  readonly before: string | null;
  readonly onAgain: () => void;
}

/** The button of a step, how far its experiment is, and what is heard of it. */
export function Going({ experiment, step, before, onAgain }: GoingProps) {
  const { kind } = experiment.state.value;
  useHeard(experiment, step);
  // Stopped before anything was finished, it has begun all the same.
  const ran = useRef<Experiment | null>(null);
  if (kind === 'running') ran.current = experiment;
  const isBegun = ran.current === experiment || hasBegun(experiment);
  return (
    <>
      <div class="buttons">
        {kind === 'running' ? (
          <button type="button" class="main" onClick={() => void experiment.pause()}>
            Pause
          </button>
        ) : kind === 'done' ? (
          <button type="button" onClick={onAgain}>
            Run again
          </button>
        ) : (
          <button type="button" class="main" onClick={() => void experiment.run()}>
            {kind === 'failed' ? 'Try again' : isBegun ? 'Resume' : step.button}
          </button>
        )}
      </div>
      <Share experiment={experiment} />
      <Same experiment={experiment} before={before} />
    </>
  );
}

/** Whether something of its own was trained in this step, beyond what it shares with the steps before. */
const hasBegun = (experiment: Experiment): boolean =>
  [...experiment.cells.value.values()].some(({ state, cell }) => state !== 'waiting' && cell.level === experiment.last);

function Share({ experiment }: { readonly experiment: Experiment }) {
  const { value: state } = experiment.state;
  const cells = [...experiment.cells.value.values()];
  const costs = cells.reduce((sum, { cell }) => sum + cell.cost, 0);
  const done = cells.reduce((sum, { cell, share }) => sum + cell.cost * share, 0) / costs;
  const finished = cells.filter(({ share }) => share >= 1).length;
  const left = experiment.secondsLeft.value;
  const there = finished === 0 ? '' : `, of which ${finished} are trained already`;
  const texts = {
    ready: `${cells.length} trainings${there}.`,
    running: `${finished} of ${cells.length} trainings${left === null ? '' : `, about ${clockText(left)} left`}.`,
    paused: `${cells.length} trainings${there}.`,
    done: `All ${cells.length} trainings are finished.`,
    failed: state.kind === 'failed' ? state.message : '',
  };
  return (
    <>
      <progress max={1} value={done} aria-label="Share of the step’s experiment that is done" />
      <p class={state.kind === 'failed' ? 'error' : ''}>{texts[state.kind]}</p>
    </>
  );
}

/** The digest, and whether it is that of before: the same settings are the same arithmetic. */
function Same({ experiment, before }: Pick<GoingProps, 'experiment' | 'before'>) {
  const digest = experiment.found.value?.results.digest ?? null;
  if (digest === null) return null;
  const compared =
    before === null
      ? 'the same for everyone who runs this step'
      : before === digest
        ? 'the same as before, to the last bit'
        : `another than before, ${before.slice(0, 12)}, which should not happen`;
  return (
    <p class="digest">
      Digest <code>{digest}</code>: {compared}.
    </p>
  );
}

/** Says when an experiment begins, when a round is done and what came of it. */
function useHeard(experiment: Experiment, step: Step): void {
  const { kind } = experiment.state.value;
  const level = experiment.level.value;
  const last = useRef(kind);
  useEffect(() => {
    if (last.current === kind && kind !== 'running') return;
    const was = last.current;
    last.current = kind;
    if (kind === 'running') {
      announce(level === 0 ? 'Training the dense networks.' : `Training round ${level} of ${experiment.last}.`);
    } else if (kind === 'paused' && was === 'running') {
      announce('Paused. It goes on from there.');
    } else if (kind === 'failed') {
      announce('The experiment failed.');
    } else if (kind === 'done' && was === 'running') {
      const comparison = experiment.found.value?.comparison ?? null;
      const answers = comparison === null ? [] : answersOf(comparison, step);
      const dense = comparison === null ? null : denseSentence(comparison);
      const found = answers.map(({ ask, answer }) => `${ask} ${answer}`);
      announce(['Finished.', ...(found.length > 0 ? found : [dense ?? ''])].join(' '));
    }
  }, [kind, level]);
}
