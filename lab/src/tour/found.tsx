import { headline } from 'lottery-lab/analysis';
import { useMemo } from 'preact/hooks';
import { hrefOf } from '../place.js';
import { addressOf } from '../play/address.js';
import type { Experiment } from '../play/experiment.js';
import { answersOf, denseSentence } from './findings.js';
import type { Step } from './steps.js';

/** The address of Play with exactly a step’s settings. */
export const playOf = ({ choices }: Step): string => `${hrefOf('play')}?${addressOf(choices)}`;

/** What the trials say to the questions of a step, once they are finished. */
export function Findings({ experiment, step }: { readonly experiment: Experiment; readonly step: Step }) {
  const comparison = experiment.found.value?.comparison ?? null;
  const isDone = experiment.state.value.kind === 'done';
  const answers = useMemo(
    () => (comparison === null || !isDone ? [] : answersOf(comparison, step)),
    [comparison, isDone, step],
  );
  if (comparison === null || !isDone) return null;
  const dense = step.questions.length === 0 ? denseSentence(comparison) : null;
  return (
    <>
      <h3>What came out</h3>
      {dense === null ? null : <p>{dense}</p>}
      {answers.length === 0 ? null : (
        <ul class="answers">
          {answers.map(({ ask, outcome, answer, evidence }) => (
            <li key={ask} class={outcome}>
              <p>{ask}</p>
              <p class="answer">{answer}</p>
              <details>
                <summary>The numbers</summary>
                {evidence}
              </details>
            </li>
          ))}
        </ul>
      )}
      {step.density === undefined && answers.length > 0 ? (
        <details>
          <summary>In one sentence, as a report of the library says it</summary>
          {headline(comparison)}
        </details>
      ) : null}
      <p>{step.afterwards}</p>
      <p>
        <a href={playOf(step)}>Open this experiment in Play</a>, with exactly these settings, each of which can be
        changed.
      </p>
    </>
  );
}
