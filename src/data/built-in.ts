import { makeBinary12 } from './binary-12.js';
import type { Dataset } from './dataset.js';
import { makeStrokes } from './strokes/index.js';

/** How much of a generated set, and from which seed; absent values take the set's defaults. */
export interface BuiltInRequest {
  readonly train?: number;
  readonly test?: number;
  readonly seed?: number;
}

/** Generated sets, by their names in the catalogue: one entry each. */
const makers: Readonly<Record<string, (request: BuiltInRequest) => Dataset>> = {
  strokes: makeStrokes,
  'binary-12': makeBinary12,
};

export const builtInNames = Object.keys(makers);

/** @throws RangeError when no generated set has that name */
export function builtIn(name: string, request: BuiltInRequest = {}): Dataset {
  const make = makers[name];
  if (make === undefined)
    throw new RangeError(`${name} is not a generated data set; expected ${builtInNames.join(' or ')}.`);
  return make(request);
}
