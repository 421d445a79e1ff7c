import {
  type Comparison,
  formatCount,
  formatShare,
  mean,
  type Outcome,
  statements,
  tInterval,
} from 'lottery-lab/analysis';
import type { Question, Step } from './steps.js';

/** A question of a step with what the trials say to it. */
export interface Answer {
  readonly ask: string;
  readonly outcome: Outcome;
  readonly answer: string;
  /** The numbers, in the library's words. */
  readonly evidence: string;
}

/** Answers to a step's questions, judged by the library; questions whose networks are not finished are left out. */
export function answersOf(
  comparison: Comparison,
  { questions, density }: Pick<Step, 'questions' | 'density'>,
): Answer[] {
  const judged = new Map(statements(comparison, density).map((statement) => [statement.id, statement]));
  return questions.flatMap((question: Question): Answer[] => {
    const found = judged.get(question.id);
    if (found === undefined || found.outcome === null) return [];
    return [{ ask: question.ask, outcome: found.outcome, answer: question[found.outcome], evidence: found.sentence }];
  });
}

/** How accurate the dense network has become, in a sentence; null before it has. */
export function denseSentence({ cells }: Comparison): string | null {
  const values = cells
    .filter(({ condition, status }) => condition === 'dense' && status === 'done')
    .map(({ end }) => end.testAccuracy);
  if (values.length === 0) return null;
  const interval = tInterval(values);
  const within =
    interval === null
      ? ''
      : ` (95% interval of the mean ${formatShare(interval.low)} to ${formatShare(interval.high)})`;
  return `At the end the dense networks are right on ${formatShare(mean(values))} of the test pictures on average${within}, ${formatCount(values.length, 'trial')}; the worst trial has ${formatShare(Math.min(...values))}, the best ${formatShare(Math.max(...values))}.`;
}
