import { conditionName } from '../../analysis/conditions.js';
import { formatFixed, formatInterval, formatSigned, formatTwoDigits } from '../../analysis/format.js';
import type { PairedDifference } from '../../analysis/paired.js';
import type { Outcome } from '../../analysis/verdict.js';
import type { Claim, Question } from './claims.js';
import { FALL } from './claims.js';

/** What is claimed, as a sentence without its verdict. */
export function claimText({ question, condition }: Pick<Claim, 'question' | 'condition'>): string {
  const other = conditionName(condition);
  switch (question) {
    case 'compression':
      return `in ${conditionName(condition, 'the ticket’s')} I(X;T) of some layer falls by ${FALL} bits or more after its highest value`;
    case 'speed':
      return `the ticket reaches a given I(T;Y) in fewer iterations than ${other}`;
    case 'input':
      return `the ticket ends with a lower I(X;T) than ${other}`;
    case 'label':
      return `the ticket ends with a higher I(T;Y) than ${other}`;
  }
}

const bits = (value: number) => formatFixed(value, 2);
const signedBits = (value: number) => formatSigned(value, 2);
const factor = (value: number) => formatTwoDigits(2 ** value);

/** A difference as its question has it: "2.91 bits, 2.10 to 3.72", "0.52 times the iterations, 0.40 to 0.68". */
export function differenceInWords(question: Question, { mean, interval }: PairedDifference): string {
  if (mean === null) return '';
  const format = question === 'speed' ? factor : question === 'compression' ? bits : signedBits;
  const unit = question === 'speed' ? 'times the iterations' : 'bits';
  const range = interval === null ? '' : `, ${formatInterval(interval, format)}`;
  return `${format(mean)} ${unit}${range}`;
}

export const outcomeMark: Readonly<Record<Outcome, string>> = {
  supported: 'yes',
  contradicted: 'no',
  undecided: 'undecided',
};
