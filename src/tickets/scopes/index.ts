export { keepAt, type LadderSettings, ladderOf } from './keep.js';
export type { Scope } from './scope.js';
export { erdosRenyiCounts, erdosRenyiKernelCounts, uniformCounts } from './spread.js';
export { type ScopeName, scopeNames, scopes } from './table.js';
