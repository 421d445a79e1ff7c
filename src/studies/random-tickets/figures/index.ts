import type { Figure } from '../../../figures/figure.js';
import type { StudyOutcome } from '../../study.js';
import { compareRandomTickets, type Group } from '../compare.js';
import type { RandomTicketsFound } from '../found.js';
import { correlationFigure } from './correlation-figure.js';
import { effectFigure } from './effect-figure.js';
import { predictorFigure } from './predictor-figure.js';
import { accuracies, speeds, standingFigure } from './standing-figure.js';

/** The figures of one density. */
function figuresOf(groups: readonly Group[], { at }: RandomTicketsFound, document: Document): (Figure | null)[] {
  return [
    standingFigure(groups, accuracies(at === 'end' ? 'at the end' : 'at early stop'), document),
    standingFigure(groups, speeds, document),
    effectFigure(groups, document),
    correlationFigure(groups, document),
    predictorFigure(groups, document),
  ];
}

/** Every figure of a study of random tickets, density by density. */
export function randomTicketsFigures({ found }: StudyOutcome<RandomTicketsFound>, document: Document): Figure[] {
  const { groups } = compareRandomTickets(found);
  return found.densities.flatMap((density) =>
    figuresOf(
      groups.filter((group) => group.density === density),
      found,
      document,
    ).filter((figure) => figure !== null),
  );
}
