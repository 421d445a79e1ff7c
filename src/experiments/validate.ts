import type * as z from 'zod';
import { formatInteger } from '../analysis/format.js';
import { InputError } from '../networks/errors.js';
import { disagreements } from './disagreements.js';
import { layerOf, layerTrouble } from './layer-trouble.js';
import { withMethods } from './methods.js';
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
  // A group of several forms, such as the optimiser, has settings that only one of them has.
  if (siblings.includes(key))
    return `${full} does not go with what else ${path} has; expected another form of ${path}.`;
  const near = suggestions(key, siblings).map((name) => (path === '' ? name : `${path}.${name}`));
  if (near.length > 0) return `unknown setting ${full}; did you mean ${near.join(' or ')}?`;
  const elsewhere = allSettings()
    .map((setting) => setting.path)
    .filter((other) => other.split('.').at(-1)?.toLowerCase() === key.toLowerCase());
  if (elsewhere.length > 0) return `unknown setting ${full}; did you mean ${elsewhere.join(' or ')}?`;
  const has = siblings.length === 0 ? 'no settings' : siblings.join(', ');
  return `unknown setting ${full}; ${path === '' ? 'a specification' : path} has ${has}.`;
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

/** `; did you mean 0.2?` of 20 where a share is expected. */
function shareMeant({ maximum, inclusive }: Extract<Issue, { code: 'too_big' }>, value: unknown): string {
  if (maximum !== 1 || typeof value !== 'number') return '';
  // Without the last digits, which dividing makes: 7 / 100 is 0.07.
  const share = Number((value / 100).toPrecision(12));
  return share < 1 || (inclusive && share === 1) ? `; did you mean ${share}?` : '';
}

/** Of the forms that a group of settings may have, the complaints about the one that shares most with what was written. */
function nearest(forms: readonly Issue[][], value: object): Issue[] | undefined {
  const away = (errors: readonly Issue[]) => {
    let unknown = 0;
    let missing = 0;
    for (const error of errors) {
      if (error.code === 'unrecognized_keys' && error.path.length === 0) unknown += error.keys.length;
      else if (error.path.length === 1 && !Object.hasOwn(value, error.path[0])) missing++;
    }
    return unknown + missing;
  };
  return forms
    .filter((errors) => errors.every((error) => error.path.length > 0 || error.code === 'unrecognized_keys'))
    .sort((a, b) => away(a) - away(b))[0];
}

type Bound = Extract<Issue, { code: 'too_small' | 'too_big' }>;

const isBound = (issue: Issue): issue is Bound => issue.code === 'too_small' || issue.code === 'too_big';

/** Whether one bound leaves less than another from the same side. */
function isNarrower(one: Bound, other: Bound): boolean {
  const limit = (bound: Bound) => (bound.code === 'too_big' ? -Number(bound.maximum) : Number(bound.minimum));
  return limit(one) === limit(other) ? one.inclusive === false && other.inclusive !== false : limit(one) > limit(other);
}

/** Bounds of one number from the same side are one mistake: the narrowest of them says it. */
function withoutWider(issues: readonly Issue[]): Issue[] {
  const bounds = issues.filter(isBound);
  const isSaid = (issue: Bound) =>
    bounds.some(
      (other) =>
        other !== issue &&
        other.code === issue.code &&
        other.path.join('.') === issue.path.join('.') &&
        (isNarrower(other, issue) || (!isNarrower(issue, other) && bounds.indexOf(other) < bounds.indexOf(issue))),
    );
  return issues.filter((issue) => !isBound(issue) || !isSaid(issue));
}

/** Every unknown setting as a mistake of its own. */
const apart = (issue: Issue): Issue[] =>
  issue.code === 'unrecognized_keys' ? issue.keys.map((key) => ({ ...issue, keys: [key] })) : [issue];

/** How many mistakes are written out. */
const MOST = 10;

/** The first mistakes in sentences, and how many there are in all. */
function mistakesOf(issues: readonly Issue[], input: unknown): { readonly first: string[]; readonly all: number } {
  const layers = new Set<string>();
  const single = withoutWider(issues.flatMap(apart)).filter(({ path }) => {
    // All that is wrong with a layer is said at once.
    const layer = layerOf(path)?.join('.');
    if (layer === undefined) return true;
    return !layers.has(layer) && layers.add(layer);
  });
  const first: string[] = [];
  let read = 0;
  // Words for each of thousands would take longer than anyone reads.
  while (read < single.length && first.length < MOST) first.push(...sentences(single[read++], input));
  return { first: first.slice(0, MOST), all: first.length + single.length - read };
}

/** One sentence per mistake, each starting with the setting it is about. */
function sentences(issue: Issue, input: unknown, before: readonly PropertyKey[] = []): string[] {
  const path = [...before, ...issue.path];
  const at = path.map(String).join('.') || 'the specification';
  const value = valueAt(input, path);
  const layer = layerOf(path);
  if (layer !== undefined) return layerTrouble(layer.map(String).join('.'), valueAt(input, layer), sentences);
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
        const words =
          'options' in issue && Array.isArray(issue.options)
            ? issue.options.filter(Boolean).map(String)
            : ['adam', 'sgd'];
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
      const fitting = isObject ? (nearest(issue.errors, value) ?? meant) : meant;
      return withoutWider(fitting).flatMap((error) => sentences(error, input, path));
    }
    case 'invalid_type': {
      const expected = typeNames[issue.expected] ?? issue.expected;
      return [`${at} is ${shown(value)}; expected ${expected}.`];
    }
    case 'too_small':
    case 'too_big': {
      const percent = issue.code === 'too_big' ? shareMeant(issue, value) : '';
      return [`${at} is ${shown(value)}; ${bounded(issue)}${percent === '' ? '.' : percent}`];
    }
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
  const found = parsed.success ? disagreements(parsed.data) : [];
  const { first, all } = parsed.success
    ? { first: found.slice(0, MOST), all: found.length }
    : mistakesOf(parsed.error.issues, input);
  if (!parsed.success || all > 0) {
    const more = all > first.length ? [`and ${formatInteger(all - first.length)} more`] : [];
    throw new InputError(
      all === 1
        ? `${origin}: ${first[0]}`
        : `${origin} has ${formatInteger(all)} mistakes:\n${[...first, ...more].map((mistake) => `  ${mistake}`).join('\n')}`,
    );
  }
  const { extends: _resolved, ...written } = parsed.data;
  const specification = withMethods(written);
  const { densities } = specification.pruning;
  // A ladder of given densities has no more levels than there are of them.
  if (densities !== undefined) {
    return { ...specification, levels: Math.min(specification.levels, densities.length + 1) };
  }
  // Nor one of n:m or of a supermask more than one.
  const one = oneDensity(specification);
  return one ? { ...specification, levels: Math.min(specification.levels, 2) } : specification;
}
