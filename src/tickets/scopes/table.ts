import { erdosRenyi, erdosRenyiKernel, global, layer, uniform } from './by-layer.js';
import type { Scope } from './scope.js';

/** Every scope by name: one line each. */
export const scopes = {
  layer,
  global,
  uniform,
  'erdos-renyi': erdosRenyi,
  'erdos-renyi-kernel': erdosRenyiKernel,
} as const satisfies Record<string, Scope>;

export type ScopeName = keyof typeof scopes;

export const scopeNames = Object.keys(scopes) as ScopeName[];
