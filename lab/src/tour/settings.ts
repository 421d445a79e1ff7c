import type { Choices } from '../play/address.js';

/**
 * What all experiments of the tour have in common, so that they share cells: what one step has trained, the next one does not train
 * again. A network of 84,000 weights and drawn digits show the effect in seconds; the length, the rate and the mark of the loss were
 * chosen once, before the page was written, and are the same for everyone, and so are the digests.
 */
export const tourFacts = {
  hidden: [100, 50],
  /** 784 x 100 + 100 x 50 + 50 x 10; biases are never pruned and not counted. */
  weights: 83_900,
  train: 4000,
  validation: 500,
  test: 1000,
  iterations: 400,
  batch: 60,
  trials: 6,
  /** Validation loss in nats that trainings are timed to. */
  loss: 0.4,
  /** Loss of accuracy, in points, below which a pruned network counts as good as the dense one. */
  margin: 1,
} as const;

/** One share for all that prune once: the paper's 21% (its section 2). */
export const ONCE = 0.21;

/** Two rounds of this rate leave 21% too. */
const rounds: readonly (readonly [string, string])[] = [
  ['pruning.rate', '0.541'],
  ['pruning.outputRate', '0.3'],
];

const { hidden, train, test, validation, iterations, trials, loss, margin } = tourFacts;

const common: readonly (readonly [string, string])[] = [
  ['network', `{hidden: [${hidden.join(', ')}]}`],
  ['data.train', String(train)],
  ['data.test', String(test)],
  ['data.validation', String(validation)],
  ['optimiser.lr', '0.003'],
  ['iterations', String(iterations)],
  ['evaluateEvery', '10'],
  ['trials', String(trials)],
  ['measures.loss', String(loss)],
  ['measures.margin', String(margin / 100)],
];

const once: readonly (readonly [string, string])[] = [
  ['levels', '2'],
  ['pruning.schedule', 'one-shot'],
  ['pruning.densities', `[${ONCE}]`],
];

const choose = (number: number, own: readonly (readonly [string, string])[]): Choices => ({
  preset: 'quickstart',
  set: new Map([['name', `tour-${number}`] as const, ...common, ...own]),
});

/** The experiments of the six steps, in their order. */
export const tourChoices: readonly Choices[] = [
  choose(1, [
    ['levels', '1'],
    ['controls.reinitialise', '0'],
  ]),
  choose(2, [...once, ['retrain', 'fine-tune'], ['controls.reinitialise', '0'], ['controls.randomMask', '1']]),
  choose(3, [...once, ['controls.reinitialise', '0']]),
  choose(4, [...once, ['controls.reinitialise', '1']]),
  choose(5, [...rounds, ['levels', '5'], ['controls.reinitialise', '1']]),
  choose(6, [...rounds, ['levels', '7'], ['controls.reinitialise', '1'], ['controls.randomMask', '1']]),
];
