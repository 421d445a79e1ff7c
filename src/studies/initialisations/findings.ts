import type { StudyComparison } from '../shared/schemes/compare.js';
import { spreadSentence, ticketSpreads } from '../shared/schemes/spread.js';
import { byOutcome, controlOfSeveral, outcomesSentence } from '../shared/schemes/words.js';

/** How much the initialisation matters, to dense networks and to tickets, and with which of them a ticket beats its controls. */
export function initialisationFindings(comparison: StudyComparison): string[] {
  const controls = comparison.controls.map((control) =>
    outcomesSentence(
      'Tickets',
      byOutcome(comparison.entries, ({ toControls }) => toControls[control]),
      controlOfSeveral(control),
    ),
  );
  const dense = outcomesSentence(
    'Tickets',
    byOutcome(comparison.entries, ({ toDense }) => toDense),
    'the dense network of the same initialisation',
  );
  return [
    spreadSentence(comparison, comparison.extremes.dense, 'Dense networks'),
    ...ticketSpreads(comparison),
    ...controls,
    dense,
  ].filter((text) => text !== null);
}
