/** Where a winning ticket stands among random ones: statistics of the study, pure. */

export { compareRandomTickets, type Group, type RandomTicketsComparison } from './compare.js';
export { bestPredictor, type Correlation, judgeCorrelation } from './correlations.js';
export { type Effect, judgeEffect, propertyOf } from './effects.js';
export { randomTicketsFindings } from './findings.js';
export {
  type AccuracyMoment,
  accuracyMoments,
  type RandomKind,
  type RandomTicketsFound,
  randomKinds,
  type StudiedTicket,
} from './found.js';
export { randomTicketsNotes } from './notes.js';
export { judgePlace, type Place } from './place.js';
export { randomTicketsTables } from './tables.js';
export type { TrialTickets } from './trials.js';
export { groupName, kindNames } from './words.js';
