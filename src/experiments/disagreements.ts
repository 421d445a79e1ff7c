import { builtInNames, catalogueEntry, partSize } from '../data/index.js';
import { InputError } from '../networks/errors.js';
import { type Node, nodesOf } from '../networks/shapes.js';
import {
  type Score,
  type ScoreName,
  scores,
  scoresOfExamples,
  scoresOfInitial,
  startsOfAmount,
} from '../tickets/index.js';
import { VALIDATION } from './examples.js';
import { lateTimes } from './late-times.js';
import { exceeds } from './length.js';
import { ofDynamic, ofLearned } from './method-disagreements.js';
import { buildNetwork } from './network-schema.js';
import { isModulePath } from './own-score.js';
import type { RunSpecification } from './schema.js';
import { hessianTrouble } from './score-settings.js';
import { shown } from './shown.js';

/**
 * What fields of a specification must agree on, each as a sentence; the number of training examples is checked when the
 * data are known.
 */
export function disagreements(specification: RunSpecification): string[] {
  return [
    ...ofData(specification),
    ...ofNetwork(specification),
    ...ofTrials(specification),
    ...ofTraining(specification),
    ...ofPruning(specification),
    ...ofStarts(specification),
  ];
}

function ofData({ data, batch }: RunSpecification): string[] {
  const found: string[] = [];
  if (data.name !== undefined && data.path !== undefined) {
    found.push(`data has both name (${data.name}) and path (${data.path}); expected one of them.`);
  }
  if (data.name === undefined && data.path === undefined) {
    found.push('data has neither name nor path; expected one of them, such as data: {name: mnist}.');
  }
  if (data.seed !== undefined && !builtInNames.includes(data.name ?? '')) {
    found.push(`data.seed is ${data.seed}, but only ${builtInNames.join(' and ')} are drawn from a seed; remove it.`);
  }
  if (data.name !== undefined) {
    for (const choice of ['range', 'channels', 'shape', 'transparency'] as const) {
      if (data[choice] === undefined) continue;
      found.push(
        `data.${choice} says how your own data are read, and ${data.name} is known; remove it, or give data.path.`,
      );
    }
  }
  if (data.range !== undefined && data.range[0] >= data.range[1]) {
    found.push(`data.range is ${shown(data.range)}; expected the smaller number first, such as [0, 65535].`);
  }
  // Whether data of one's own have a validation set is known when they are read.
  const validation = data.validation ?? (data.path === undefined ? VALIDATION : 0);
  if (data.train === undefined || validation === 'own') return found;
  const left = data.train - validation;
  const trained = data.part === undefined ? left : partSize(left, data.part);
  if (data.train <= validation) {
    found.push(
      `data.validation is ${validation} of data.train ${data.train} examples, which leaves none to train on; expected fewer.`,
    );
  } else if (batch > trained) {
    found.push(`batch is ${batch}; expected at most the ${trained} examples that are trained on.`);
  }
  return found;
}

/** What does not fit in the network itself, or does not fit images that are known by name; others are checked when they are read. */
function ofNetwork({ network, data, batch }: RunSpecification): string[] {
  const known = data.name === undefined ? undefined : catalogueEntry(data.name);
  if (known === undefined) return [];
  try {
    return alone(nodesOf(buildNetwork(network, known.shape, known.classes)), batch);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return [error.message.startsWith('network') ? error.message : `network: ${error.message}`];
  }
}

/** A normalisation over a single number, which is its own mean: whatever comes in, the shift alone goes out, and nothing learns. */
function alone(nodes: readonly Node[], batch: number): string[] {
  if (batch > 1) return [];
  const found = nodes.find(
    ({ layer, inputShape: { height, width } }) => layer.kind === 'batch-normalisation' && height * width === 1,
  );
  return found === undefined
    ? []
    : [
        `batch is 1, but the batch normalisation ${found.name} then has one value a channel and gives the same whatever it is; expected at least 2.`,
      ];
}

function ofTrials({ share = [], trials, initialisation, data }: RunSpecification): string[] {
  const found: string[] = [];
  const twice = share.find((name, i) => share.indexOf(name) < i);
  if (twice !== undefined) found.push(`share has ${twice} twice; expected each once.`);
  const differ = (initialisation.noise ?? 0) > 0 || (data.part ?? 1) < 1;
  if (new Set(share).size === 3 && trials > 1 && !differ) {
    found.push(
      `share has split, initialisation and order, so that all ${trials} trials would be identical; expected two of them at most, initialisation.noise, data.part below 1, or trials: 1.`,
    );
  }
  return found;
}

function ofTraining(specification: RunSpecification): string[] {
  const { optimiser, iterations, evaluateEvery, rewind, snapshots = [] } = specification;
  const found: string[] = lateTimes(specification).map(({ trouble }) => trouble);
  if (optimiser.name === 'sgd' && optimiser.nesterov && optimiser.momentum === 0) {
    found.push(
      'optimiser.nesterov is true without momentum; set optimiser.momentum, such as 0.9, or nesterov to false.',
    );
  }
  // Lengths in different units are compared when the data are known.
  if (exceeds(rewind, iterations)) found.push(`rewind is ${rewind}; expected at most iterations, ${iterations}.`);
  if (exceeds(evaluateEvery, iterations)) {
    found.push(`evaluateEvery is ${evaluateEvery}; expected at most iterations, ${iterations}.`);
  }
  for (const snapshot of snapshots) {
    if (exceeds(snapshot, iterations))
      found.push(`snapshots has ${snapshot}; expected at most iterations, ${iterations}.`);
  }
  if (optimiser.schedule?.steps !== undefined && optimiser.schedule.cosine !== undefined) {
    found.push('optimiser.schedule has both steps and cosine; expected one of them, or neither for a constant rate.');
  }
  return found;
}

function ofPruning(specification: RunSpecification): string[] {
  const { pruning, retrain } = specification;
  const { schedule, steps, examples, densities = [] } = pruning;
  // What a user's own score needs is known when it is loaded.
  const own = typeof pruning.score !== 'string' || isModulePath(pruning.score);
  const score = pruning.score as ScoreName;
  const found: string[] = [];
  densities.forEach((density, i) => {
    if (i > 0 && density >= densities[i - 1]) {
      found.push(
        `pruning.densities has ${density} after ${densities[i - 1]}; expected falling shares of weights kept.`,
      );
    }
  });
  if (schedule === 'at-initialisation' && !own && scoresOfInitial.has(score)) {
    found.push(
      `pruning.score is ${score}, which compares values before and after training, but pruning.schedule is at-initialisation, where there is no training yet; expected another score, such as magnitude.`,
    );
  }
  if (schedule === 'at-initialisation' && retrain !== 'rewind') {
    found.push(
      `retrain is ${retrain}, which keeps final values, but with pruning.schedule at-initialisation nothing is trained before the ticket is; expected rewind.`,
    );
  }
  if (steps !== undefined && steps > 1 && schedule !== 'one-shot' && schedule !== 'at-initialisation') {
    found.push(
      `pruning.steps is ${steps}, but pruning.schedule ${schedule} prunes in another way; expected one-shot or at-initialisation.`,
    );
  }
  if (examples !== undefined && !own && !scoresOfExamples.has(score)) {
    found.push(`pruning.examples is ${examples}, but the score ${score} uses no examples; remove it.`);
  }
  if (pruning.exampleSampling !== undefined && !own && !scoresOfExamples.has(score)) {
    found.push(
      `pruning.exampleSampling is ${pruning.exampleSampling}, but the score ${score} uses no examples; remove it.`,
    );
  }
  return [...found, ...hessianTrouble(pruning), ...ofSchedule(specification)];
}

/** Schedules that change the mask while the ticket is trained. */
const whileTraining: ReadonlySet<string> = new Set(['gradual', 'set', 'rigl']);

/** Whether the ticket is trained when its mask is found. */
const findsWhileTraining = ({ schedule, earlyBird }: RunSpecification['pruning']): boolean =>
  whileTraining.has(schedule) || (schedule === 'early-bird' && earlyBird?.afterwards === 'continue');

/** Settings that belong to one schedule alone. */
const ownSettings = {
  gradual: ['gradual'],
  earlyBird: ['early-bird'],
  dynamic: ['set', 'rigl'],
  learned: ['supermask', 'edge-popup'],
} as const;

function ofSchedule({ pruning, retrain, rewind, start, pruned }: RunSpecification): string[] {
  const { schedule, score, structure, densities } = pruning;
  const found: string[] = [];
  for (const [setting, schedules] of Object.entries(ownSettings)) {
    if (
      pruning[setting as keyof typeof ownSettings] !== undefined &&
      !(schedules as readonly string[]).includes(schedule)
    ) {
      found.push(
        `pruning.${setting} is a setting of schedule ${schedules.join(' and ')}, but pruning.schedule is ${schedule}; remove it.`,
      );
    }
  }
  if (findsWhileTraining(pruning)) {
    const reason = `with pruning.schedule ${schedule} the ticket is found while it trains, from the initialisation on`;
    if (retrain !== 'rewind') found.push(`retrain is ${retrain}, but ${reason}; expected rewind.`);
    if (rewind !== 0 && rewind !== '0ep') found.push(`rewind is ${rewind}, but ${reason}; expected 0.`);
    if (start !== undefined) found.push(`start is given, but ${reason}; remove it.`);
  }
  if ((schedule === 'set' || schedule === 'rigl') && score !== 'magnitude') {
    found.push(
      `pruning.score is ${shown(score)}, but ${schedule} begins with a random mask and drops the smallest weights; expected magnitude.`,
    );
  }
  if (schedule === 'early-bird' && structure === 'units' && score !== 'magnitude') {
    found.push(
      `pruning.score is ${shown(score)}, but early-bird chooses units by the scale of their batch normalisation; remove it.`,
    );
  }
  found.push(...ofDynamic(pruning), ...ofLearned(pruning, rewind));
  if ((schedule === 'supermask' || schedule === 'edge-popup') && score !== 'magnitude') {
    found.push(`pruning.score is ${shown(score)}, but ${schedule} learns scores of its own; remove it.`);
  }
  if (pruning.layerDensities !== undefined && densities !== undefined) {
    found.push('pruning has both densities and layerDensities; expected one of them.');
  }
  if (schedule === 'supermask' && densities !== undefined) {
    found.push('pruning.densities is given, but the density of a supermask is an outcome of training; remove it.');
  }
  if (pruned === 'frozen' && findsWhileTraining(pruning)) {
    found.push(
      `pruned is frozen, but with pruning.schedule ${schedule} the mask changes while training; expected zero.`,
    );
  }
  if (structure !== undefined && structure !== 'weights') {
    const channels = schedule === 'early-bird' && structure === 'units';
    if (schedule !== 'iterative' && schedule !== 'one-shot' && schedule !== 'at-initialisation' && !channels) {
      found.push(
        `pruning.structure is ${shown(structure)}, but schedule ${schedule} prunes single weights${schedule === 'early-bird' ? ' or units' : ''}; expected iterative, one-shot or at-initialisation.`,
      );
    }
    if (pruned === 'frozen' && structure === 'units') {
      found.push(
        'pruned is frozen, but pruned units are removed from the network; expected zero, or another structure.',
      );
    }
  }
  if (schedule === 'gradual' || schedule === 'early-bird') {
    const fitting = typeof score === 'string' && !isModulePath(score) && !measuredElsewhere(score);
    if (!fitting) {
      found.push(
        `pruning.score is ${shown(score)}, but ${schedule} scores during training, when only values and gradients are available; expected a score such as magnitude or taylor.`,
      );
    }
  }
  return found;
}

/** Whether a score needs what is not available during training: initial values, or more than gradients of the current batch. */
function measuredElsewhere(score: ScoreName): boolean {
  const { needs = [], needsInitial = false }: Score = scores[score];
  return needsInitial || needs.some((quantity) => quantity !== 'gradient');
}

function ofStarts({ start, retrain, controls }: RunSpecification): string[] {
  const found: string[] = [];
  if (start !== undefined && retrain !== 'rewind') {
    found.push(`start is given, but retrain is ${retrain}, which keeps final values; expected retrain: rewind.`);
  }
  const all = [
    ...(start === undefined ? [] : [['start', start] as const]),
    ...(controls.starts ?? []).map((one, i) => [`controls.starts.${i}`, one] as const),
  ];
  const seen = new Set<string>();
  for (const [at, { name, deviations }] of all) {
    if (name === undefined) {
      found.push(`${at} has no name; lottery list starts lists the names.`);
    } else if (startsOfAmount.has(name) && deviations === undefined) {
      found.push(`${at}.deviations is missing; ${name} needs it, such as {name: ${name}, deviations: 0.5}.`);
    } else if (!startsOfAmount.has(name) && deviations !== undefined) {
      found.push(`${at}.deviations is ${deviations}, but ${name} takes no number; remove it.`);
    }
    const key = `${at === 'start' ? 'start' : ''} ${name} ${deviations}`;
    if (seen.has(key)) found.push(`${at} is given twice; expected each start once.`);
    seen.add(key);
  }
  return found;
}
