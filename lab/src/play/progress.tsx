import { clockText } from '../parts/clock.js';
import type { Experiment } from './experiment.js';

/** How far an experiment has come, in a bar and in words. */
export function Progress({ experiment }: { readonly experiment: Experiment }) {
  const { value: state } = experiment.state;
  const cells = [...experiment.cells.value.values()];
  const finished = cells.filter(({ share }) => share >= 1).length;
  const all = cells.reduce((sum, { cell }) => sum + cell.cost, 0);
  const done = cells.reduce((sum, { cell, share }) => sum + cell.cost * share, 0) / all;
  const left = experiment.secondsLeft.value;
  const level = Math.min(experiment.last, experiment.level.value);
  const round = level === 0 ? 'Training the dense network' : `Round ${level} of ${experiment.last}`;
  const texts = {
    ready: 'Not begun.',
    running: experiment.isElsewhere.value
      ? 'Another tab of this browser trains this experiment; this one resumes when that is paused or closed.'
      : `${round}${left === null ? '' : `, about ${clockText(left)} left`}.`,
    paused: `${level === 0 ? 'The dense network is' : `Round ${level} is`} next; everything trained is kept in this browser.`,
    done: 'Finished.',
    failed: state.kind === 'failed' ? state.message : '',
  };
  const digest = experiment.found.value?.results.digest ?? null;
  return (
    <div class="progress">
      <progress max={1} value={done} aria-label="Share of the experiment that is done" />
      <p class={state.kind === 'failed' ? 'error' : undefined}>
        {finished} of {cells.length} trainings. {texts[state.kind]}
      </p>
      {digest === null ? null : (
        <p class="digest">
          Digest <code>{digest}</code>: the command prints the same, on any machine.
        </p>
      )}
    </div>
  );
}

/** What is done with an experiment. */
export function Buttons({
  experiment,
  onRun,
}: {
  readonly experiment: Experiment;
  readonly onRun: (rounds?: number) => void;
}) {
  const { kind } = experiment.state.value;
  if (kind === 'running') {
    return (
      <div class="buttons">
        <button type="button" class="main" onClick={() => void experiment.pause()}>
          Pause
        </button>
      </div>
    );
  }
  const begin = { ready: 'Train, prune, rewind, repeat', paused: 'Resume', done: 'Finished', failed: 'Try again' }[
    kind
  ];
  return (
    <div class="buttons">
      <button type="button" class="main" disabled={kind === 'done'} onClick={() => onRun()}>
        {begin}
      </button>
      <button type="button" disabled={kind === 'done'} onClick={() => onRun(1)}>
        One round
      </button>
    </div>
  );
}
