import { BINARY_TEST, BINARY_TRAIN } from 'lottery-lab/data';
import type { RunSpecification } from 'lottery-lab/experiments';
import { initialiserNames, initialisers, scoreNames, scores } from 'lottery-lab/tickets';
import { Lines, Select, Text } from '../parts/field.js';
import { type Choices, withSettings } from './address.js';

interface FormProps {
  readonly choices: Choices;
  /** What they come to, or came to before one of them was wrong; null where none was right yet. */
  readonly specification: RunSpecification | null;
  readonly onChange: (choices: Choices) => void;
}

const networks = [
  ['{hidden: [100, 50]}', 'two hidden layers: 100, 50'],
  ['{hidden: [30]}', 'one hidden layer: 30'],
  ['lenet-300-100', 'LeNet-300-100'],
  ['lenet-5', 'LeNet-5'],
] as const;

const data = [
  ['strokes', 'drawn digits'],
  ['binary-12', 'the 12-bit task'],
  ['mnist', 'MNIST (drop its files below)'],
] as const;

const schedules = [
  ['iterative', 'iterative: a round at a time'],
  ['one-shot', 'one-shot, from the trained network'],
  ['at-initialisation', 'before any training'],
] as const;

/** Settings that have a field of their own. */
const shown = new Set([
  'network',
  'data.name',
  'data.path',
  'data.train',
  'iterations',
  'optimiser.lr',
  'initialisation.name',
  'pruning.schedule',
  'pruning.score',
  'pruning.densities',
  'pruning.rate',
  'levels',
  'trials',
  'controls.reinitialise',
  'controls.randomMask',
  'seed',
]);

/** The settings of an experiment: those that are changed most in fields of their own, all others as lines of text. */
export function Form({ choices, specification, onChange }: FormProps) {
  const change = (changes: Readonly<Record<string, string | null>>) => onChange(withSettings(choices, changes));
  const set = (path: string) => (value: string) => change({ [path]: value });
  const given = (path: string, otherwise: unknown) => choices.set.get(path) ?? String(otherwise ?? '');
  const number = (label: string, path: string, otherwise: unknown, help: string) => (
    <Text label={label} help={help} numeric value={given(path, otherwise)} onChange={set(path)} />
  );
  const known = specification;
  const own = choices.set.get('data.path');
  return (
    <form class="settings" onSubmit={(event) => event.preventDefault()} aria-label="Settings of the experiment">
      <Select label="network" value={given('network', 'lenet-300-100')} options={networks} onChange={set('network')} />
      <Select
        label="data"
        value={own === undefined ? given('data.name', known?.data.name) : `path:${own}`}
        options={own === undefined ? data : [...data, [`path:${own}`, own]]}
        onChange={(value) =>
          change(value.startsWith('path:') ? {} : { 'data.name': value, 'data.path': null, ...sizesFor(value) })
        }
      />
      {number(
        'training images',
        'data.train',
        known?.data.train,
        'How many images are learned from, those held out included. Default: all of a file.',
      )}
      {number('iterations', 'iterations', known?.iterations, 'Steps of each training.')}
      {number(
        'learning rate',
        'optimiser.lr',
        known?.optimiser.lr,
        'Of the optimiser: Adam, where nothing else is set.',
      )}
      {number('trials', 'trials', known?.trials, 'Repetitions, each with its own seed of everything.')}
      <Select
        label="initialiser"
        value={given('initialisation.name', known?.initialisation.name)}
        options={initialiserNames.map((name) => [name, initialisers[name].title] as const)}
        onChange={set('initialisation.name')}
      />
      <Select
        label="pruning"
        value={given('pruning.schedule', known?.pruning.schedule)}
        options={schedules}
        onChange={set('pruning.schedule')}
      />
      <Select
        label="keeps"
        help="Which weights survive: those of the highest score."
        value={given('pruning.score', typeof known?.pruning.score === 'string' ? known.pruning.score : '')}
        options={scoreNames.map((name) => [name, scores[name].title] as const)}
        onChange={set('pruning.score')}
      />
      <Ladder choices={choices} specification={known} onChange={onChange} />
      {number(
        're-initialised',
        'controls.reinitialise',
        known?.controls.reinitialise,
        'Controls of each ticket: its mask, other values.',
      )}
      {number(
        'random masks',
        'controls.randomMask',
        known?.controls.randomMask,
        'Controls of each ticket: its values, another mask.',
      )}
      {number('seed', 'seed', known?.seed, 'What all randomness is derived from.')}
      <Others choices={choices} onChange={onChange} />
    </form>
  );
}

/** How many images are used where the data are chosen from the list: a built-in set has as many as are asked for. */
const sizesFor = (name: string): Readonly<Record<string, string | null>> =>
  name === 'strokes'
    ? { 'data.train': '4000', 'data.test': '1000', 'data.validation': '500' }
    : name === 'binary-12'
      ? { 'data.train': String(BINARY_TRAIN), 'data.test': String(BINARY_TEST), 'data.validation': '500' }
      : { 'data.train': '60000', 'data.test': '10000', 'data.validation': '5000' };

/** The densities that are trained: each as a share of the weights, or a rate a round. */
function Ladder({ choices, specification, onChange }: FormProps) {
  const densities = choices.set.get('pruning.densities');
  const change = (changes: Readonly<Record<string, string | null>>) => onChange(withSettings(choices, changes));
  const rate = specification?.pruning.rate;
  return (
    <>
      <Select
        label="rounds"
        value={densities === undefined ? 'rate' : 'densities'}
        options={[
          ['densities', 'weights remaining, one by one'],
          ['rate', 'a rate, the same each round'],
        ]}
        onChange={(value) =>
          change(
            value === 'rate'
              ? { 'pruning.densities': null }
              : { 'pruning.densities': '[0.6, 0.35, 0.2, 0.1]', 'pruning.rate': null, levels: null },
          )
        }
      />
      {densities === undefined ? (
        <>
          <Text
            label="pruned a round"
            help="The share of the weights left that one round prunes."
            numeric
            value={choices.set.get('pruning.rate') ?? String(rate ?? '')}
            onChange={(value) => change({ 'pruning.rate': value })}
          />
          <Text
            label="levels"
            help="Points of the ladder: the dense network, and one for each round."
            numeric
            value={choices.set.get('levels') ?? String(specification?.levels ?? '')}
            onChange={(value) => change({ levels: value })}
          />
        </>
      ) : (
        <Text
          label="remaining (%)"
          help="Weights remaining after each round, in per cent of all. What is added at the end keeps everything before it."
          value={percentOf(densities)}
          onChange={(value) => change({ 'pruning.densities': sharesOf(value) })}
        />
      )}
    </>
  );
}

/** `[0.6, 0.35]` as people read it: `60, 35`. What is not such a list stays as it is, for the error that names it. */
function percentOf(densities: string): string {
  const numbers = densities
    .replace(/[[\]\s]/g, '')
    .split(',')
    .map(Number);
  if (numbers.some((number) => !Number.isFinite(number))) return densities;
  return numbers.map((share) => Number((100 * share).toPrecision(6))).join(', ');
}

function sharesOf(text: string): string {
  const numbers = text
    .split(/[\s,%;]+/)
    .filter((part) => part !== '')
    .map(Number);
  if (numbers.length === 0 || numbers.some((number) => !Number.isFinite(number))) return text;
  return `[${numbers.map((percent) => Number((percent / 100).toPrecision(6))).join(', ')}]`;
}

/** Every other setting, as `lottery run --set` takes them. */
function Others({ choices, onChange }: Omit<FormProps, 'specification'>) {
  const others = [...choices.set].filter(([path]) => !shown.has(path));
  const text = others.map(([path, value]) => `${path}=${value}`).join('\n');
  const change = (changed: string): void => {
    const lines = changed.split('\n').map((line) => line.trim());
    const pairs = lines
      .filter((line) => line !== '')
      .map((line): [string, string] => {
        const at = line.indexOf('=');
        return at < 0 ? [line, ''] : [line.slice(0, at).trim(), line.slice(at + 1).trim()];
      });
    const gone = Object.fromEntries(others.map(([path]) => [path, null]));
    onChange(withSettings(choices, { ...gone, ...Object.fromEntries(pairs) }));
  };
  return (
    <details class="others" open={false}>
      <summary>Other settings ({others.length})</summary>
      <Lines label="One a line, as lottery run --set takes them: path=value" value={text} onChange={change} />
    </details>
  );
}
