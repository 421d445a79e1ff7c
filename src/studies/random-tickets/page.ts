import { formatInteger } from '../../analysis/index.js';
import { ticketProperties } from '../../analysis/ticket-properties/index.js';
import type { Figure } from '../../figures/finished-figure.js';
import type { StudyPage } from '../shared/page.js';
import type { StudyOutcome } from '../study.js';
import { compareRandomTickets, type Group } from './compare.js';
import { correlationFigure } from './figures/correlation-figure.js';
import { effectFigure } from './figures/effect-figure.js';
import { predictorFigure } from './figures/predictor-figure.js';
import { accuracies, speeds, standingFigure } from './figures/standing-figure.js';
import { randomTicketsFindings } from './findings.js';
import type { RandomTicketsFound } from './found.js';
import { randomTicketsNotes } from './notes.js';
import { randomTicketsTables } from './tables.js';
import { kindNames } from './words.js';

/** The figures of one density. */
function figuresOf(groups: readonly Group[], { moment }: RandomTicketsFound, document: Document): (Figure | null)[] {
  return [
    standingFigure(groups, accuracies(moment === 'end' ? 'at the end' : 'at early stop'), document),
    standingFigure(groups, speeds, document),
    effectFigure(groups, document),
    correlationFigure(groups, document),
    predictorFigure(groups, document),
  ];
}

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

/** The page of a study of random tickets. */
export function randomTicketsPage(outcome: StudyOutcome<RandomTicketsFound>, document: Document): StudyPage {
  const { found } = outcome;
  const comparison = compareRandomTickets(found);
  const kinds = found.kinds.map((kind) => kindNames[kind].several).join(' and ');
  return {
    lead: `How do tickets that are drawn at random, ${formatInteger(found.draws)} ${kinds} a trial, compare with the winning one?`,
    findings: randomTicketsFindings(comparison),
    notes: randomTicketsNotes(comparison),
    figures: found.densities.flatMap((density) =>
      figuresOf(
        comparison.groups.filter((group) => group.density === density),
        found,
        document,
      ).filter((figure) => figure !== null),
    ),
    tables: randomTicketsTables(comparison),
    sources: [...methods, ...(found.properties === null ? [] : definitions())],
  };
}
