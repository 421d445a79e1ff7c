import { InputError } from '../networks/errors.js';
import type { RunSpecification, SpecificationInput } from './schema.js';
import { didYouMean } from './suggest.js';
import { shown, validateSpecification } from './validate.js';

export interface Preset {
  readonly summary: string;
  readonly specification: SpecificationInput;
}

/** Frankle and Carbin 2019 (arXiv 1803.03635 v5), figure 2 and appendix G. */
const lenetPaper: SpecificationInput = {
  network: 'lenet-300-100',
  initialisation: { name: 'glorot-normal' },
  optimiser: { name: 'adam', lr: 1.2e-3 },
  batch: 60,
  iterations: 50_000,
  evaluateEvery: 100,
  pruning: { score: 'magnitude', scope: 'layer', rate: 0.2, outputRate: 0.1, schedule: 'iterative' },
  controls: { reinitialise: 3 },
  trials: 5,
  levels: 19,
};

/** Settings that carry a name. A specification starts from one with `extends`. */
export const presets: Readonly<Record<string, Preset>> = {
  quickstart: {
    summary: 'The whole experiment in a few minutes on drawn digits: three trials, twelve densities, no download.',
    specification: {
      name: 'quickstart',
      network: 'lenet-300-100',
      data: {
        name: 'strokes',
        train: 12_000,
        test: 5_000,
        validation: 2_000,
      },
      optimiser: { name: 'adam', lr: 1.2e-3 },
      batch: 60,
      iterations: 1_500,
      evaluateEvery: 50,
      controls: { reinitialise: 1 },
      trials: 3,
      levels: 12,
    },
  },
  'lenet-mnist': {
    summary: "Frankle and Carbin's LeNet-300-100 on MNIST, iterative pruning: figures 1, 3 and 4.",
    specification: {
      ...lenetPaper,
      name: 'lenet-mnist',
      data: { name: 'mnist', validation: 5_000, normalisation: { mean: 0.1307, deviation: 0.3081 } },
    },
  },
  'lenet-mnist-oneshot': {
    summary: 'The same, each density pruned from the dense network at once.',
    specification: {
      ...lenetPaper,
      name: 'lenet-mnist-oneshot',
      data: { name: 'mnist', validation: 5_000, normalisation: { mean: 0.1307, deviation: 0.3081 } },
      pruning: { ...lenetPaper.pruning, schedule: 'one-shot' },
    },
  },
  'lenet-fashion': {
    summary: "The paper's settings on Fashion-MNIST.",
    specification: {
      ...lenetPaper,
      name: 'lenet-fashion',
      data: { name: 'fashion-mnist', validation: 5_000, normalisation: { mean: 0.286, deviation: 0.353 } },
    },
  },
};

type Plain = Record<string, unknown>;

function isGroup(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Lays one specification over another, group by group. An optimiser of another name replaces the whole optimiser, and
 * `data.path` and `data.name` replace each other.
 */
export function overlay(base: Plain, over: Plain): Plain {
  const merged: Plain = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const below = merged[key];
    const replaces =
      key === 'optimiser' && isGroup(below) && isGroup(value) && value.name !== undefined && value.name !== below.name;
    merged[key] = isGroup(below) && isGroup(value) && !replaces ? overlay(below, value) : value;
    const result = merged[key];
    if (key === 'data' && isGroup(value) && isGroup(result)) {
      if (value.path !== undefined && value.name === undefined) delete result.name;
      if (value.name !== undefined && value.path === undefined) delete result.path;
    }
  }
  return merged;
}

/**
 * A preset's specification as written.
 *
 * @throws InputError with suggestions when there is none of that name
 */
export function presetInput(name: string): Plain {
  if (!Object.hasOwn(presets, name)) {
    const known = Object.keys(presets);
    const hint = didYouMean(name, known);
    throw new InputError(`no preset is called ${name}${hint === '' ? `; presets are ${known.join(', ')}.` : hint}`);
  }
  return structuredClone(presets[name].specification) as Plain;
}

/**
 * Resolves `extends`: what is written over what the preset says.
 *
 * @throws InputError when the preset does not exist
 */
export function inherit(input: unknown, origin: string): unknown {
  if (!isGroup(input)) {
    throw new InputError(`${origin} is ${shown(input)}; expected settings by name, such as extends: lenet-mnist.`);
  }
  const { extends: parent, ...own } = input;
  if (parent === undefined) return own;
  if (typeof parent !== 'string') {
    throw new InputError(`${origin}: extends is ${shown(parent)}; expected the name of a preset.`);
  }
  try {
    return overlay(presetInput(parent), own);
  } catch (error) {
    throw error instanceof InputError ? new InputError(`${origin}: extends: ${error.message}`) : error;
  }
}

/**
 * The complete specification of what a person wrote: inheritance resolved, defaults filled in, checked.
 *
 * @throws InputError that lists every mistake
 */
export function resolveSpecification(input: unknown, origin = 'specification'): RunSpecification {
  return validateSpecification(inherit(input, origin), origin);
}
