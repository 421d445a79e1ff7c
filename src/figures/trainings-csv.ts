import type { Training } from '../experiments/trainings.js';
import { type CsvValue, csvOf } from './csv.js';

/** Numbers as they are; NaN and infinity, which only diverged trainings have, as empty fields. */
const finite = (value: number | null): number | null => (value !== null && Number.isFinite(value) ? value : null);

/** Columns of `trainings.csv`. Trials and draws count from 1, densities and accuracies are shares of 1, losses are in nats. */
const columns: Readonly<Record<string, (training: Training) => CsvValue>> = {
  cell: ({ id }) => id,
  condition: ({ condition }) => condition,
  parts: ({ parts }) => parts.join(' '),
  trial: ({ trial }) => trial + 1,
  draw: ({ draw }) => draw + 1,
  level: ({ level }) => level,
  density: ({ density }) => density,
  density_asked: ({ asked }) => asked,
  first_iteration: ({ firstIteration }) => firstIteration,
  order_seed: ({ orderSeed }) => orderSeed,
  status: ({ status }) => status,
  early_stop_iteration: ({ earlyStop }) => earlyStop.iteration,
  validation_loss_at_early_stop: ({ earlyStop }) => finite(earlyStop.validationLoss),
  test_accuracy_at_early_stop: ({ earlyStop }) => finite(earlyStop.testAccuracy),
  end_iteration: ({ end }) => end.iteration,
  test_accuracy_at_end: ({ end }) => finite(end.testAccuracy),
  timed_to_loss: ({ timedTo }) => timedTo,
  iterations_to_loss: ({ iterationsToLoss }) => iterationsToLoss,
  mean_validation_loss: ({ meanLoss }) => finite(meanLoss),
  flops: ({ flops }) => flops,
  seconds: ({ seconds }) => seconds,
};

/** Finished trainings as tidy CSV, one a row, with all digits. */
export function trainingsCsv(trainings: readonly Training[]): string {
  return csvOf(
    Object.keys(columns),
    trainings.map((training) => Object.values(columns).map((of) => of(training))),
  );
}
