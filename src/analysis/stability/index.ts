/** When training is stable to the order of examples, and whether tickets match the dense network where it is. */

export { type TrialsEntry, trialsEntries } from './between-trials.js';
export { type BarrierTest, type StabilityEntry, stabilityEntries, testError } from './compare.js';
export { stabilityFindings } from './findings.js';
export type { Matched, StabilityFound, StabilityLine } from './found.js';
export { stabilityNotes } from './notes.js';
export { type Relation, relationOf } from './relation.js';
export { stabilityTables } from './tables.js';
