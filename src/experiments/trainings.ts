import { commonStart, metrics } from '../analysis/metrics.js';
import { type Measures, timeToLoss } from '../analysis/speed.js';
import type { CellResult } from './results.js';

/** What one finished training showed, as a row of a table: without its curves, which the measures are read off. */
export interface Training
  extends Pick<
    CellResult,
    | 'id'
    | 'condition'
    | 'trial'
    | 'draw'
    | 'level'
    | 'density'
    | 'asked'
    | 'firstIteration'
    | 'orderSeed'
    | 'status'
    | 'earlyStop'
    | 'end'
    | 'flops'
    | 'seconds'
  > {
  /** Names of the parts of a study that it belongs to; empty where there are no parts. */
  readonly parts: readonly string[];
  /** The validation loss that it is timed to, in nats; null where it is timed to none. */
  readonly timedTo: number | null;
  /** When it first had that loss, in iterations, interpolated between evaluations; null where it never had. */
  readonly iterationsToLoss: number | null;
  /** Validation loss averaged over its iterations, from the first that all of these trainings have, in nats. */
  readonly meanLoss: number | null;
}

/**
 * Finished trainings with their measures (`src/analysis/speed.ts`).
 *
 * @param cells everything that is compared: the mean loss counts from the first iteration that all of them have
 * @param parts of a study, each with the names of its cells
 */
export function trainingsOf(
  cells: readonly CellResult[],
  measures: Measures,
  parts: readonly { readonly name: string; readonly cells: ReadonlySet<string> }[] = [],
): Training[] {
  const how = { ...measures, from: commonStart(cells) };
  return cells.map((cell): Training => {
    const { layers: _layers, history, inputDegree: _degrees, digest: _digest, ...showed } = cell;
    const time = measures.loss === null ? null : timeToLoss(history, measures.loss);
    return {
      ...showed,
      parts: parts.filter((part) => part.cells.has(cell.id)).map(({ name }) => name),
      timedTo: measures.loss,
      iterationsToLoss: time?.reached ? time.iterations : null,
      meanLoss: metrics.lossArea.of(cell, how),
    };
  });
}
