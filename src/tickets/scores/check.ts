import { InputError } from '../../networks/errors.js';
import { quantities } from '../measure.js';
import type { Score } from './score.js';

const texts = ['title', 'source'] as const;
const flags = ['needsInitial', 'draws'] as const;
const known = [...texts, 'of', ...flags, 'needs'];

/**
 * A user's own score, checked.
 *
 * @param value such as a module's default export
 * @param origin what it is, for messages, such as `the default export of my-score.mjs`
 * @throws InputError that says what was given and what was expected
 */
export function asScore(value: unknown, origin: string): Score {
  const fail = (found: string): never => {
    throw new InputError(
      `${origin} ${found}; expected a score: {title: text, source: text, of: a function from {trained, initial, mask, seed, place, measured} to one number per weight}, and where it needs them needsInitial, draws and needs.`,
    );
  };
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return fail(
      `is ${value === undefined ? 'missing' : value === null ? 'null' : Array.isArray(value) ? 'a list' : `a ${typeof value}`}`,
    );
  }
  const given = value as Readonly<Record<string, unknown>>;
  for (const key of texts) {
    if (typeof given[key] !== 'string' || given[key] === '') fail(`has ${shown(given[key])} for its ${key}`);
  }
  if (typeof given.of !== 'function') fail(`has ${shown(given.of)} for its of`);
  for (const key of flags) {
    if (given[key] !== undefined && typeof given[key] !== 'boolean') fail(`has ${shown(given[key])} for ${key}`);
  }
  const { needs = [] } = given;
  const names: readonly unknown[] = quantities;
  if (!Array.isArray(needs) || !needs.every((need) => names.includes(need))) {
    throw new InputError(
      `${origin} has ${shown(given.needs)} for its needs; expected a list of some of ${quantities.join(', ')}.`,
    );
  }
  const strange = Object.keys(given).find((key) => !known.includes(key));
  if (strange !== undefined) fail(`has ${strange}, which no score has`);
  return value as Score;
}

function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  return typeof value === 'function' ? 'a function' : (JSON.stringify(value) ?? String(value));
}
