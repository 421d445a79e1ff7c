import { byCondition } from 'lottery-lab/analysis';
import { type FinishedCell, networkOf, type Store } from 'lottery-lab/experiments';
import type { LiveCell } from '../play/experiment.js';
import type { TrainedNetwork } from './messages.js';

/** A finished network that a drawing can be shown to. */
export interface Chosen {
  readonly cell: string;
  readonly condition: string;
}

/** The dense network, the ticket of a round and its controls, of one trial; of several controls of a kind the first. */
export function chosenOf(cells: Iterable<LiveCell>, level: number, trial: number): readonly Chosen[] {
  return [...cells]
    .filter(
      ({ cell, state }) =>
        state === 'done' &&
        cell.trial === trial &&
        cell.draw === 0 &&
        cell.condition !== 'search' &&
        (cell.level === level || cell.condition === 'dense'),
    )
    .map(({ cell }) => ({ cell: cell.id, condition: cell.condition }))
    .sort((a, b) => byCondition(a.condition, b.condition));
}

/** What there is to choose from: rounds with a finished network and trials with one. */
export function choicesAmong(cells: Iterable<LiveCell>): { readonly levels: number[]; readonly trials: number[] } {
  const finished = [...cells].filter(({ state, cell }) => state === 'done' && cell.condition !== 'search');
  const sorted = (values: readonly number[]) => [...new Set(values)].sort((a, b) => a - b);
  return {
    levels: sorted(finished.map(({ cell }) => cell.level)),
    trials: sorted(finished.map(({ cell }) => cell.trial)),
  };
}

/** Networks as they were at the end of training. @throws where one is not kept */
export async function readNetworks(store: Store, chosen: readonly Chosen[]): Promise<TrainedNetwork[]> {
  return (await Promise.all(chosen.map(({ cell }) => store.read(cell)))).map(trainedOf);
}

function trainedOf({ specification, mask, finalWeights }: FinishedCell): TrainedNetwork {
  return {
    network: networkOf(specification),
    normalisation: specification.data.normalisation,
    weights: finalWeights,
    // Frozen weights take part at the values that they have.
    mask: specification.pruned === 'frozen' ? null : mask,
  };
}
