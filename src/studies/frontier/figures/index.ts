import { type Figure, stackPlots, toCsv } from '../../../figures/figure.js';
import { compareStudy, type StudyComparison } from '../../shared/schemes/compare.js';
import type { MeasuredStudy } from '../../shared/schemes/found.js';
import type { StudyOutcome } from '../../study.js';
import { costAxis } from './cost-axis.js';
import { marksOf, type Quality } from './marks.js';
import { drawPanel, INNER } from './panel.js';

const accuracy: Quality = {
  id: 'frontier-accuracy',
  title: 'What a ticket costs to find, and how accurate it is',
  caption:
    'Test accuracy at early stop, mean over trials with its 95% t interval, against the FLOPs until the mask was known. The blue steps are the Pareto front by means: nothing as cheap is as accurate. Each panel has its own vertical axis; tickets far below it stand at its foot with their accuracy.',
  axis: 'test accuracy (%)',
  column: 'test_accuracy_percent',
  scale: 100,
  of: ({ accuracy }) => accuracy,
  cost: 'finding',
  better: 'above',
};

/** Schemes that find a ticket while it trains have nothing left to train: only both costs together compare them with others. */
const accuracyOfTotal: Quality = {
  ...accuracy,
  id: 'frontier-accuracy-of-both',
  title: 'What a trained ticket costs, and how accurate it is',
  caption: accuracy.caption.replace(
    'the FLOPs until the mask was known',
    'the FLOPs until the ticket was found and trained',
  ),
  cost: 'total',
};

const reach: Quality = {
  id: 'frontier-iterations',
  title: 'What a ticket costs to find, and when it reaches the dense network’s lowest validation loss',
  caption:
    'Iterations until the validation loss is first no higher than the lowest of the dense network of the same trial, mean over trials with its 95% t interval, against the FLOPs until the mask was known. Hollow marks are of tickets of which some run never gets there, which counts with its last iteration; how many do stands beside the name. Tickets of which no run does stand in the band at the top. Each panel has its own vertical axis.',
  axis: 'iterations',
  column: 'iterations_to_dense_loss',
  scale: 1,
  of: ({ reach }) => (reach.reached === 0 ? null : reach.iterations),
  cost: 'finding',
  better: 'below',
};

function frontierFigure(comparison: StudyComparison, document: Document, quality: Quality): Figure | null {
  const shown = comparison.densities
    .map((density) => ({
      density,
      marks: marksOf(comparison, density, quality).filter(({ ticket }) => ticket.accuracy !== null),
    }))
    .filter(({ marks }) => marks.length > 0);
  if (shown.length === 0) return null;
  const axis = costAxis(
    shown.map(({ marks }) => marks.map(({ cost }) => cost)),
    INNER,
  );
  const panels = shown.map((panel, i) =>
    drawPanel(document, comparison, quality, { ...panel, axis, isLast: i === shown.length - 1 }),
  );
  return {
    id: quality.id,
    title: quality.title,
    caption: `${quality.caption} The dashed line is the dense network with its interval, the star ${comparison.imp?.title ?? 'would be IMP, which is not finished'}, the triangle ${comparison.random?.title ?? 'would be random masks, which were not drawn'}. ${quality.cost === 'finding' ? 'What costs nothing has a column of its own on the left. ' : ''}Marks of nearly the same cost are moved a few pixels apart.`,
    svg: stackPlots(panels, [
      { name: 'dense network', colour: '#000000', dashed: true },
      ...(quality.better === 'above' ? [{ name: 'Pareto front', colour: '#0072b2' }] : []),
    ]),
    csv: toCsv(
      shown.flatMap(({ density, marks }) =>
        marks.map(({ entry, ticket, value, low, high }) => ({
          weights_asked_for_percent: density * 100,
          scheme: entry.scheme.name,
          finding_flops: ticket.finding!.flops,
          finding_dense_trainings: ticket.findingInTrainings,
          finding_and_training_dense_trainings: ticket.totalInTrainings,
          [`${quality.column}_mean`]: value,
          [`${quality.column}_ci95_low`]: low,
          [`${quality.column}_ci95_high`]: high,
          trials: ticket.accuracy!.n,
          runs: ticket.runs,
          runs_diverged: ticket.diverged,
          runs_reaching_dense_loss: ticket.reach.reached,
          on_pareto_front: entry.onFront[quality.cost] ? 1 : 0,
        })),
      ),
    ),
  };
}

/** Cost of finding against quality, a panel a density: accuracy at early stop, and iterations to the dense network's lowest loss. */
export function frontierFigures({ found }: Pick<StudyOutcome<MeasuredStudy>, 'found'>, document: Document): Figure[] {
  const comparison = compareStudy(found);
  return [accuracy, accuracyOfTotal, reach]
    .map((quality) => frontierFigure(comparison, document, quality))
    .filter((figure) => figure !== null);
}
