import { makeBinary12 } from './binary-12.js';
import type { Dataset } from './dataset.js';
import { makeStrokes } from './strokes.js';

/** How much of a set that is made by rule, and from which seed; what is absent is the set's own choice. */
export interface BuiltInRequest {
  readonly train?: number;
  readonly test?: number;
  readonly seed?: number;
}

/** Sets that are made by rule, by their names in the catalogue: one entry each. */
const makers: Readonly<Record<string, (request: BuiltInRequest) => Dataset>> = {
  strokes: makeStrokes,
  'binary-12': makeBinary12,
};

export const builtInNames = Object.keys(makers);

/** @throws RangeError when no set of that name is made by rule */
export function builtIn(name: string, request: BuiltInRequest = {}): Dataset {
  const make = makers[name];
  if (make === undefined) throw new RangeError(`${name} is not made by rule; expected ${builtInNames.join(' or ')}.`);
  return make(request);
}
