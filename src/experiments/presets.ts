import { InputError } from '../networks/errors.js';
import { type Preset, paperPresets } from './paper-presets/index.js';
import type { RunSpecification } from './schema.js';
import { shown } from './shown.js';
import { didYouMean } from './suggest.js';
import { validateSpecification } from './validate.js';

export type { Preset };

/** Settings that carry a name. A specification starts from one with `extends`. */
export const presets: Readonly<Record<string, Preset>> = {
  quickstart: {
    summary: 'The whole experiment in two minutes on drawn digits: six trials, six densities, no download.',
    specification: {
      name: 'quickstart',
      network: 'lenet-300-100',
      data: {
        name: 'strokes',
        train: 12_000,
        test: 5_000,
        validation: 1_000,
      },
      optimiser: { name: 'adam', lr: 1.2e-3 },
      batch: 60,
      iterations: 1_500,
      // Thin tickets have the loss they are timed to after some fifty iterations.
      evaluateEvery: 25,
      // 100, 59, 35, 21, 12.5, 7.5%: the paper's densities, two or three rounds at once, and twice the trials.
      pruning: { rate: 0.406, outputRate: 0.218 },
      controls: { reinitialise: 1 },
      trials: 6,
      levels: 6,
    },
  },
  ...paperPresets,
};

type Plain = Record<string, unknown>;

function isGroup(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Lays one specification over another, group by group. An optimiser of another name replaces the whole optimiser;
 * `data.path` and `data.name` replace each other, and so do a schedule's `steps` and `cosine`.
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
    if (key === 'schedule' && isGroup(value) && isGroup(result)) {
      if (value.cosine !== undefined && value.steps === undefined) delete result.steps;
      if (value.steps !== undefined && value.cosine === undefined) delete result.cosine;
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
 * A specification made quick: what its preset lays over it for about a hundredth of the cost, and a name that says so.
 *
 * @param preset the preset it is, or is made from
 * @throws InputError when there is no such preset, or it has no quick form
 */
export function quicken(input: Readonly<Plain>, preset: string): Plain {
  const name = typeof input.name === 'string' ? input.name : String(presetInput(preset).name);
  const quick = Object.hasOwn(presets, preset) ? presets[preset].quick : undefined;
  if (quick === undefined) {
    const having = Object.keys(presets).filter((other) => presets[other].quick !== undefined);
    throw new InputError(
      `${preset} has no quick form, it is quick as it is; those that have one are ${having.join(', ')}.`,
    );
  }
  return { ...overlay(input, structuredClone(quick) as Plain), name: `${name.slice(0, 58)}-quick` };
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
