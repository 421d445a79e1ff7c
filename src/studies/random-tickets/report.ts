import { formatInteger } from '../../analysis/index.js';
import { ticketProperties } from '../../analysis/ticket-properties/index.js';
import type { StudyOutcome, StudyReport } from '../study.js';
import { compareRandomTickets } from './compare.js';
import { randomTicketsFindings } from './findings.js';
import type { RandomTicketsFound } from './found.js';
import { randomTicketsNotes } from './notes.js';
import { randomTicketsTables } from './tables.js';
import { kindName } from './words.js';

const methods: readonly (readonly [string, string])[] = [
  ['winning ticket', 'iterative magnitude pruning, Frankle and Carbin 2019'],
  ['exact p of a place', 'Phipson and Smyth 2010, section 2; over trials Edgington 1972'],
  ['share of random tickets as good', 'Clopper and Pearson 1934'],
  ['distances', 'Hedges 1981; Cliff 1993'],
  ['rank correlations', 'Spearman 1904; intervals by Bonett and Wright 2000'],
  ['several tests at once', 'Holm 1979'],
];

/** The properties that were measured, what each is and where it is defined. */
const definitions = (): (readonly [string, string])[] =>
  Object.values(ticketProperties).map(({ title, unit, meaning, source }) => [
    unit === '' ? title : `${title} (${unit})`,
    `${meaning} ${source}.`,
  ]);

export function randomTicketsReport({ found }: StudyOutcome<RandomTicketsFound>): StudyReport {
  const comparison = compareRandomTickets(found);
  const kinds = found.kinds.map((kind) => kindName(kind)).join(' and ');
  return {
    lead: `How do tickets that are drawn at random, ${formatInteger(found.draws)} ${kinds} a trial, compare with the winning one?`,
    findings: randomTicketsFindings(comparison),
    notes: randomTicketsNotes(comparison),
    tables: randomTicketsTables(comparison),
    sources: [...methods, ...(found.properties === null ? [] : definitions())],
  };
}
