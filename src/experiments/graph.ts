import { catalogueEntry } from '../data/index.js';
import { InputError } from '../networks/errors.js';
import type { Network } from '../networks/network.js';
import { checkMeasurable, keepAt, ladderOf, type Rung, type Score, scores } from '../tickets/index.js';
import type { Normalisation } from '../training/types.js';
import type { DatasetFacts } from './dataset-facts.js';
import { trainedOn, validationOf } from './examples.js';
import { type Lengths, lengthsOf } from './lengths.js';
import { buildNetwork } from './network-schema.js';
import { isModulePath } from './own-score.js';
import { ladderSettings } from './planned-masks.js';
import type { RunSpecification } from './schema.js';
import { settingsAt } from './setting-paths.js';
import { type PlannedCell, trialCells } from './trial-cells.js';

export type { PlannedCell } from './trial-cells.js';

export interface RunGraph {
  readonly network: Network;
  /** Every length in iterations. */
  readonly lengths: Lengths;
  /** Densities by level, the dense network first. */
  readonly ladder: readonly Rung[];
  /** Every cell once, parents before children. */
  readonly cells: readonly PlannedCell[];
}

/** The network that a specification names or describes, for images of the data's shape. */
export function networkFor(specification: RunSpecification, facts: Pick<DatasetFacts, 'shape' | 'classes'>): Network {
  return buildNetwork(specification.network, facts.shape, facts.classes);
}

/** What the specification says, else what is usual for a known data set, else none: pixels scaled to 0 .. 1. */
function normalisationFor({ data }: RunSpecification, facts: DatasetFacts): Normalisation {
  const { channels } = facts.shape;
  const wanted = data.normalisation === 'unit-length' ? data.normalisation : undefined;
  if (facts.normalised !== wanted) {
    throw new InputError(
      wanted === undefined
        ? `the images of ${facts.name} are of unit length; expected data.normalisation unit-length, or the images as they were.`
        : `data.normalisation is unit-length, but the images of ${facts.name} are as they were; expected them from unitLength of lottery-lab.`,
    );
  }
  // The images themselves are normalised.
  if (data.normalisation === 'unit-length')
    return { mean: new Array(channels).fill(0), deviation: new Array(channels).fill(1) };
  const spread = (value: number | readonly number[], name: string): number[] => {
    const values = typeof value === 'number' ? new Array<number>(channels).fill(value) : [...value];
    if (values.length !== channels) {
      throw new InputError(
        `data.normalisation.${name} has ${values.length} numbers; expected one, or one for each of the ${channels} channels.`,
      );
    }
    return values;
  };
  const usual = data.name === undefined ? undefined : catalogueEntry(data.name)?.normalisation;
  const { mean, deviation } = data.normalisation ?? usual ?? { mean: 0, deviation: 1 };
  return { mean: spread(mean, 'mean'), deviation: spread(deviation, 'deviation') };
}

function checkSizes({ data, batch }: RunSpecification, facts: DatasetFacts): void {
  const trained = trainedOn({ data }, facts);
  if (trained < 1) {
    throw new InputError(
      `data.validation is ${validationOf({ data }, facts)}, but ${facts.name} has ${facts.train.count} training examples, which leaves none to train on; expected fewer.`,
    );
  }
  if (batch > trained) {
    throw new InputError(
      `batch is ${batch}; expected at most the ${trained} examples of ${facts.name} that are trained on.`,
    );
  }
}

/** @throws InputError when tickets are asked for and nothing is ever pruned, or the network does not allow the score */
function checkPruning(network: Network, specification: RunSpecification, facts: DatasetFacts): void {
  const { levels, pruning, data } = specification;
  const trained = trainedOn({ data }, facts);
  if (pruning.examples !== undefined && pruning.examples > trained) {
    throw new InputError(
      `pruning.examples is ${pruning.examples}; expected at most the ${trained} examples of ${facts.name} that are trained on.`,
    );
  }
  const { score } = pruning;
  const { needs = [] }: Partial<Score> = typeof score === 'string' && !isModulePath(score) ? scores[score] : {};
  for (const quantity of needs) checkMeasurable(network, quantity);
  const firstLevel = () => settingsAt(['pruning'], () => keepAt(network, ladderSettings(specification), 1));
  if (levels > 1 && firstLevel().length === 0) {
    throw new InputError(
      `pruning leaves every layer of ${network.name} alone, so that all ${levels} levels would be dense; expected a rate above 0 for some layer.`,
    );
  }
}

/**
 * The cells of a run. Every seed comes from the run's seed and the place of what it decides, never from how many trials,
 * levels or controls there are: asking for more of them adds cells and renames none.
 *
 * What the specification names in `share` all trials have in common: it follows from the seed of trial 0, whose cells are
 * therefore the same whatever is shared.
 *
 * Within a trial every condition sees the same split and the same order of examples, so that ticket and control differ
 * in nothing but what the control changes.
 *
 * Tickets start from the dense network's values at `rewind`; or, where they are retrained otherwise, from the final
 * values of the network their mask was found in, and random masks from those of the dense network, which has a trained
 * value in every place. Re-initialised networks are trained from the first iteration on, as the dense one is.
 *
 * @throws InputError when the specification does not fit the data
 */
export function buildGraph(specification: RunSpecification, facts: DatasetFacts): RunGraph {
  checkSizes(specification, facts);
  const network = networkFor(specification, facts);
  checkPruning(network, specification, facts);
  const lengths = lengthsOf(specification, trainedOn(specification, facts));
  const ladder = settingsAt(['pruning'], () => ladderOf(network, ladderSettings(specification), specification.levels));
  const settings = {
    specification,
    network,
    facts,
    lengths,
    ladder,
    normalisation: normalisationFor(specification, facts),
  };
  const cells = Array.from({ length: specification.trials }, (_, trial) => trialCells(settings, trial)).flat();
  return { network, lengths, ladder, cells };
}

/** A cell and everything it is made from, parents first: what must be trained to have it. */
export function ancestry(cells: readonly PlannedCell[], id: string): PlannedCell[] {
  const byId = new Map(cells.map((cell) => [cell.id, cell]));
  const wanted = new Set<string>();
  const visit = (name: string): void => {
    if (wanted.has(name)) return;
    wanted.add(name);
    for (const parent of byId.get(name)?.parents ?? []) visit(parent);
  };
  visit(id);
  return cells.filter((cell) => wanted.has(cell.id));
}
