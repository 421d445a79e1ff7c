import { InputError } from '../networks/errors.js';
import { allSettings } from './schema-paths.js';
import { unknownSetting } from './validate.js';
import { readYaml } from './yaml.js';

/** One `path=value`. */
export interface Assignment {
  readonly path: readonly string[];
  readonly value: unknown;
}

/**
 * Reads `path=value`: a dotted path and a YAML value, so that 3 is a number, true a truth value, [300, 100] a list.
 *
 * @throws InputError for a malformed text or an unknown setting, with suggestions
 */
export function parseAssignment(text: string): Assignment {
  const equals = text.indexOf('=');
  if (equals < 1) {
    throw new InputError(`${text}: expected path=value, such as iterations=1000.`);
  }
  const name = text.slice(0, equals).trim();
  const settings = allSettings();
  const group = settings.find((setting) => setting.open && name.startsWith(`${setting.path}.`))?.path;
  // A name that the user chose, such as a layer's, may contain dots.
  const path = group === undefined ? name.split('.') : [...group.split('.'), name.slice(group.length + 1)];
  if ((group === undefined && !settings.some((setting) => setting.path === name)) || name === 'extends') {
    if (name === 'extends') throw new InputError('extends cannot be changed so: begin with the preset itself instead.');
    throw new InputError(`${text}: ${unknownSetting(path.slice(0, -1).join('.'), path[path.length - 1])}`);
  }
  let value: unknown;
  try {
    value = readYaml(text.slice(equals + 1));
  } catch (error) {
    throw error instanceof InputError ? new InputError(`${text}: the value: ${error.message}`) : error;
  }
  if (value === null || value === undefined) {
    throw new InputError(`${text}: the value is empty; expected a value after the equals sign.`);
  }
  return { path, value };
}

/**
 * A copy of `input` with one setting changed. A group that is written as a single word, such as `network: lenet-300-100`,
 * is overridden when one of its members is set.
 */
export function assign(input: Readonly<Record<string, unknown>>, { path, value }: Assignment): Record<string, unknown> {
  const [first, ...rest] = path;
  if (rest.length === 0) {
    const changed: Record<string, unknown> = { ...input, [first]: value };
    if (first === 'path') delete changed.name;
    return onlyShape(changed, first);
  }
  const below = input[first];
  const group = typeof below === 'object' && below !== null && !Array.isArray(below) ? below : {};
  return onlyShape({ ...input, [first]: assign(group as Record<string, unknown>, { path: rest, value }) }, first);
}

/** A schedule of which steps or cosine was set has that shape alone. */
function onlyShape(group: Record<string, unknown>, set: string): Record<string, unknown> {
  const { steps, cosine, ...rest } = group;
  if (set === 'cosine') return { ...rest, cosine };
  return set === 'steps' ? { ...rest, steps } : group;
}
