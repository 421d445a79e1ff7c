import { MemoryStore } from 'lottery-lab/experiments';
import { datasetOf } from '../data/datasets.js';
import { kept } from '../keep/kept.js';
import { type Choices, commandOf, specificationOf } from '../play/address.js';
import { Experiment } from '../play/experiment.js';

/**
 * The experiment of a step, with what is there of it.
 *
 * @param afresh trains everything again, and keeps it only as long as the step is open
 */
export async function openExperiment(choices: Choices, afresh: boolean): Promise<Experiment> {
  const specification = specificationOf(choices);
  const [{ store }, dataset] = await Promise.all([
    afresh ? { store: new MemoryStore() } : kept(),
    datasetOf(specification),
  ]);
  const experiment = new Experiment({ specification, dataset, store, command: commandOf(choices) });
  await experiment.recall();
  return experiment;
}
