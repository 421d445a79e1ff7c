import type * as z from 'zod';
import { InputError } from '../networks/errors.js';
import { disagreements } from './disagreements.js';
import { type RunSpecification, specificationSchema } from './schema.js';
import { allSettings, settingsUnder } from './schema-paths.js';
import { shown } from './shown.js';
import { didYouMean, suggestions } from './suggest.js';

type Issue = z.core.$ZodIssue;

const useRate =
  'the share of weights pruned in one round is pruning.rate, the number of rounds follows from levels, and density is the share kept';

/** Names that other tools use for what has one name here. */
const explained: Readonly<Record<string, string>> = {
  sparsity: useRate,
  density: useRate,
  prune: useRate,
  prunerate: useRate,
  pruningrate: useRate,
  prunepercentage: useRate,
  pruningfraction: useRate,
  keep: useRate,
  keepratio: useRate,
  rounds: 'levels counts the points of the ladder, the dense network included: rounds + 1',
  epochs: 'the length of training is iterations, which may be given in epochs: iterations: 160ep',
  steps:
    'the length of training is iterations; the times at which the learning rate falls are optimiser.schedule.steps',
  milestones:
    'the times at which the learning rate falls are optimiser.schedule.steps: {at: [80ep, 120ep], factor: 0.1}',
  gamma: 'the factor that the learning rate falls by is optimiser.schedule.steps.factor',
  scheduler: 'the schedule of the learning rate is optimiser.schedule',
  lrschedule: 'the schedule of the learning rate is optimiser.schedule',
  warmupsteps: 'the warm-up of the learning rate is optimiser.schedule.warmup',
  finetune: 'to fine-tune tickets, set retrain: fine-tune',
  learningrate: 'the learning rate is optimiser.lr',
  lr: 'the learning rate is optimiser.lr',
  momentum: 'momentum belongs to the optimiser: optimiser: {name: sgd, lr: 0.1, momentum: 0.9}',
  batchsize: 'examples per step: batch',
  replicates: 'repetitions are trials',
  seeds: 'one seed decides every trial: seed; the number of trials is trials',
  dataset: 'the data set is data.name',
  optimizer: 'the word is optimiser',
  initialization: 'the word is initialisation',
  initializer: 'the word is initialisation',
  init: 'the word is initialisation',
  normalization: 'the word is normalisation',
  reinitialize: 'the word is reinitialise',
};

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  let value = root;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value;
}

/** What to say about a setting that does not exist. */
export function unknownSetting(path: string, key: string): string {
  const full = path === '' ? key : `${path}.${key}`;
  const explanation = explained[key.toLowerCase().replace(/[-_ ]/g, '')];
  if (explanation !== undefined) return `unknown setting ${full}: ${explanation}.`;
  const siblings = settingsUnder(path);
  const near = suggestions(key, siblings).map((name) => (path === '' ? name : `${path}.${name}`));
  if (near.length > 0) return `unknown setting ${full}; did you mean ${near.join(' or ')}?`;
  const elsewhere = allSettings()
    .map((setting) => setting.path)
    .filter((other) => other.split('.').at(-1)?.toLowerCase() === key.toLowerCase());
  if (elsewhere.length > 0) return `unknown setting ${full}; did you mean ${elsewhere.join(' or ')}?`;
  return `unknown setting ${full}; ${path === '' ? 'a specification' : path} has ${siblings.join(', ')}.`;
}

function bounded(issue: Extract<Issue, { code: 'too_small' | 'too_big' }>): string {
  if (issue.code === 'too_small') {
    if (issue.origin === 'string' || issue.origin === 'array')
      return 'expected at least one character or entry, found none';
    return `expected ${issue.inclusive ? 'at least' : 'more than'} ${issue.minimum}`;
  }
  if (issue.origin === 'array') return `expected at most ${issue.maximum} entries`;
  return `expected ${issue.inclusive ? 'at most' : 'less than'} ${issue.maximum}`;
}

const typeNames: Readonly<Record<string, string>> = {
  int: 'a whole number',
  number: 'a number',
  boolean: 'true or false, without quotes',
  string: 'text',
  object: 'a group of settings',
  array: 'a list',
};

/** One sentence per mistake, each starting with the setting it is about. */
function sentences(issue: Issue, input: unknown, before: readonly PropertyKey[] = []): string[] {
  const path = [...before, ...issue.path];
  const at = path.map(String).join('.') || 'the specification';
  const value = valueAt(input, path);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownSetting(path.map(String).join('.'), key));
    case 'invalid_value': {
      const words = issue.values.map(String);
      const hint = typeof value === 'string' ? didYouMean(value, words) : '';
      return [`${at} is ${shown(value)}; expected ${words.join(' or ')}${hint === '' ? '.' : hint}`];
    }
    case 'invalid_union': {
      if (issue.discriminator !== undefined && issue.errors.length === 0) {
        const words = 'options' in issue && Array.isArray(issue.options) ? issue.options.map(String) : ['adam', 'sgd'];
        const hint = typeof value === 'string' ? didYouMean(value, words) : '';
        return [`${at} is ${shown(value)}; expected ${words.join(' or ')}${hint === '' ? '.' : hint}`];
      }
      // The branch that was meant is the one whose own type fits: its first complaint lies deeper or is about the value.
      const isObject = typeof value === 'object' && value !== null;
      // The message of a union that lists all its forms says more than that of the closest one.
      if (!isObject && issue.message.startsWith('expected ')) {
        const words = issue.errors.flat().flatMap((error) => (error.code === 'invalid_value' ? error.values : []));
        const hint = typeof value === 'string' ? didYouMean(value, words.map(String)) : '';
        return [`${at} is ${shown(value)}; ${issue.message}${hint === '' ? '.' : hint}`];
      }
      const meant =
        issue.errors.find(
          (errors) => !errors.some((error) => error.path.length === 0 && error.code === 'invalid_type'),
        ) ?? issue.errors[0];
      const fitting = isObject
        ? (issue.errors.find((errors) =>
            errors.every((error) => error.path.length > 0 || error.code === 'unrecognized_keys'),
          ) ?? meant)
        : meant;
      return fitting.flatMap((error) => sentences(error, input, path));
    }
    case 'invalid_type': {
      const expected = typeNames[issue.expected] ?? issue.expected;
      return [`${at} is ${shown(value)}; expected ${expected}.`];
    }
    case 'too_small':
    case 'too_big':
      return [`${at} is ${shown(value)}; ${bounded(issue)}.`];
    case 'custom':
    case 'invalid_format':
      return [`${at} is ${shown(value)}; ${issue.message}${issue.message.endsWith('?') ? '' : '.'}`];
    default:
      return [`${at}: ${issue.message}`];
  }
}

function oneDensity({ pruning: { schedule, structure, layerDensities } }: RunSpecification): boolean {
  return (
    schedule === 'supermask' || layerDensities !== undefined || (typeof structure === 'object' && 'keep' in structure)
  );
}

/**
 * Checks a specification and fills in its defaults. Inheritance (`extends`) must have been resolved.
 *
 * @param input the user's input, as plain JSON
 * @param origin where it came from, for messages: a file's or a preset's name
 * @throws InputError that lists every mistake, with suggestions
 */
export function validateSpecification(input: unknown, origin = 'specification'): RunSpecification {
  const parsed = specificationSchema.safeParse(input);
  const mistakes = parsed.success
    ? disagreements(parsed.data)
    : parsed.error.issues.flatMap((issue) => sentences(issue, input));
  if (!parsed.success || mistakes.length > 0) {
    throw new InputError(
      mistakes.length === 1
        ? `${origin}: ${mistakes[0]}`
        : `${origin} has ${mistakes.length} mistakes:\n${mistakes.map((mistake) => `  ${mistake}`).join('\n')}`,
    );
  }
  const { extends: _resolved, ...specification } = parsed.data;
  const { densities } = specification.pruning;
  // A ladder of given densities has no more levels than there are of them.
  if (densities !== undefined) {
    return { ...specification, levels: Math.min(specification.levels, densities.length + 1) };
  }
  // Nor one of n:m or of a supermask more than one.
  const one = oneDensity(specification);
  return one ? { ...specification, levels: Math.min(specification.levels, 2) } : specification;
}
