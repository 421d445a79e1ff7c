import type { RunSpecification } from 'lottery-lab/experiments';
import { initialiserNames, initialisers, scoreNames, scores } from 'lottery-lab/tickets';
import { Select, Text } from '../parts/field.js';
import { type Choices, withSetting } from './address.js';

interface FormProps {
  readonly choices: Choices;
  /** What they come to; null while they are wrong. */
  readonly specification: RunSpecification | null;
  readonly disabled: boolean;
  readonly onChange: (choices: Choices) => void;
}

const networks = [
  ['lenet-300-100', 'LeNet-300-100'],
  ['{hidden: [100, 50]}', 'two layers: 100, 50'],
  ['{hidden: [30]}', 'one layer: 30'],
  ['lenet-5', 'LeNet-5'],
] as const;

const data = [
  ['strokes', 'drawn digits'],
  ['binary-12', 'the 12-bit task'],
] as const;

const schedules = [
  ['iterative', 'iterative: a round at a time'],
  ['one-shot', 'one-shot, from the trained network'],
  ['at-initialisation', 'before any training'],
] as const;

/** What of an experiment is chosen most; everything else is in its settings, by address or as text. */
export function Form({ choices, specification, disabled, onChange }: FormProps) {
  const set = (path: string) => (value: string) => onChange(withSetting(choices, path, value));
  const given = (path: string, otherwise: unknown) => choices.set.get(path) ?? String(otherwise ?? '');
  const number = (label: string, path: string, otherwise: unknown, help: string) => (
    <Text label={label} help={help} numeric value={given(path, otherwise)} disabled={disabled} onChange={set(path)} />
  );
  const known = specification;
  return (
    <form class="settings" onSubmit={(event) => event.preventDefault()} aria-label="Settings of the experiment">
      <Select
        label="network"
        value={given('network', 'lenet-300-100')}
        options={networks}
        disabled={disabled}
        onChange={set('network')}
      />
      <Select
        label="data"
        value={given('data.name', known?.data.name)}
        options={data}
        disabled={disabled}
        onChange={set('data.name')}
      />
      {number(
        'training images',
        'data.train',
        known?.data.train,
        'How many images are learned from, those held out included.',
      )}
      {number('iterations', 'iterations', known?.iterations, 'Steps of each training.')}
      {number(
        'learning rate',
        'optimiser.lr',
        known?.optimiser.lr,
        'Of the optimiser, Adam where nothing else is set.',
      )}
      <Select
        label="initialiser"
        value={given('initialisation.name', known?.initialisation.name)}
        options={initialiserNames.map((name) => [name, initialisers[name].title] as const)}
        disabled={disabled}
        onChange={set('initialisation.name')}
      />
      <Select
        label="pruning"
        value={given('pruning.schedule', known?.pruning.schedule)}
        options={schedules}
        disabled={disabled}
        onChange={set('pruning.schedule')}
      />
      <Select
        label="keeps"
        help="Which weights survive: those of the highest score."
        value={given('pruning.score', typeof known?.pruning.score === 'string' ? known.pruning.score : '')}
        options={scoreNames.map((name) => [name, scores[name].title] as const)}
        disabled={disabled}
        onChange={set('pruning.score')}
      />
      {number(
        'pruned a round',
        'pruning.rate',
        known?.pruning.rate,
        'The share of the weights left that one round prunes.',
      )}
      {number('rounds + 1', 'levels', known?.levels, 'Points of the ladder, the dense network included.')}
      {number('trials', 'trials', known?.trials, 'Repetitions, each with its own seed of everything.')}
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
    </form>
  );
}
