/** How good tickets are against the iteration that they are rewound to. */

export { compareRewinds, type RewindComparison, type RewindEntry, type Shown } from './compare.js';
export { rewindFindings, rewindNotes } from './findings.js';
export type { RewindFound } from './found.js';
export { rewindTables } from './tables.js';
