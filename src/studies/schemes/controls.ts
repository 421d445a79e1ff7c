import type { ListedCondition } from '../../analysis/conditions.js';
import type { RunSpecification } from '../../experiments/schema.js';
import { several, since } from '../shared/options.js';

type Controls = RunSpecification['controls'];

/** Controls that a ticket may have beside it, and the settings of a run that train them. */
const settings = {
  reinitialise: 'reinitialise',
  'random-mask': 'randomMask',
  'inverted-mask': 'invertedMask',
  'small-dense': 'smallDense',
} as const satisfies Partial<Record<ListedCondition, keyof Controls>>;

type Control = keyof typeof settings;

const names = Object.keys(settings) as Control[];

/** `--controls`. */
export const controlsOption = since(
  several(names, {
    help: 'what is trained beside each ticket: other values on its mask, its mask shuffled within layers, as many of the weights it pruned, a dense network of as many weights',
    default: names,
    what: 'control',
  }),
  ['reinitialise', 'random-mask'],
);

/** One of each that is asked for. */
export const controlsOf = (wanted: readonly Control[]): Controls => ({
  reinitialise: 0,
  randomMask: 0,
  ...Object.fromEntries(wanted.map((name) => [settings[name], 1])),
});
