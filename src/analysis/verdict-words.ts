import type { Outcome, UndecidedReason, Verdict } from './verdict.js';

/** Verdicts in words, the same in reports, tables and on the terminal. */

/** Why a claim stays undecided: "the interval includes zero". */
export function reasonText(reason: UndecidedReason): string {
  switch (reason.kind) {
    case 'no-pair':
      return 'no trial has finished both sides';
    case 'no-number':
      return 'a number is missing from the comparison';
    case 'one-trial':
      return 'one trial shows no spread; more trials are needed';
    case 'no-spread':
      return `all ${reason.trials} trials show the same difference, so their spread cannot be judged`;
    case 'interval-includes':
      return `the interval includes ${reason.value}`;
    case 'not-significant':
      return 'not significant after correction for the number of tests';
    case 'no-two-trials':
      return 'no two trials have finished';
    case 'under-three-trials':
      return 'pairs of fewer than three trials show no spread; more trials are needed';
    case 'few-draws':
      return 'with so few draws not even the first place would be significant; more draws are needed';
    case 'no-loss-found':
      return 'no loss found is not proof of none';
    case 'stated':
      return reason.text;
  }
}

const outcomes: Readonly<Record<Outcome, string>> = {
  supported: 'supported',
  contradicted: 'contradicted',
  undecided: 'undecided',
};

/**
 * "supported", "undecided, the interval includes zero".
 *
 * @param words for the outcomes, such as "more accurate" for supported
 */
export function verdictText({ outcome, reason }: Verdict, words: Readonly<Record<Outcome, string>> = outcomes): string {
  return reason === null ? words[outcome] : `${words[outcome]}, ${reasonText(reason)}`;
}
