import type { MeasuredStudy } from './found.js';

/** Schemes and the papers they come from. */
export const sourcesOf = ({ schemes }: MeasuredStudy): (readonly [string, string])[] =>
  schemes.flatMap(({ title, source }) => (source === '' ? [] : [[title, source] as const]));
