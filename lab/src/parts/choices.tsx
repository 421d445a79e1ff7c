import type { ComponentChild } from 'preact';

interface TrialChoiceProps {
  /** What stands before the choice. */
  readonly label: ComponentChild;
  /** Numbers of trials, from 0; people count from 1. */
  readonly trials: readonly number[];
  readonly trial: number;
  readonly onChoose: (trial: number) => void;
}

/** One of several trials; nothing where there is but one. */
export function TrialChoice({ label, trials, trial, onChoose }: TrialChoiceProps) {
  if (trials.length < 2) return null;
  return (
    <label class="choose">
      {label}{' '}
      <select value={trial} onChange={({ currentTarget }) => onChoose(Number(currentTarget.value))}>
        {trials.map((each) => (
          <option key={each} value={each}>
            trial {each + 1}
          </option>
        ))}
      </select>
    </label>
  );
}

/** A round of pruning, by the weights that it leaves. */
export const roundText = (round: number, density: number): string =>
  round === 0 ? 'the dense network' : `round ${round}: ${(100 * density).toFixed(1)}% of weights`;
