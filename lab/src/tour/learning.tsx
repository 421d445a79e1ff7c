import * as Plot from '@observablehq/plot';
import { useMemo } from 'preact/hooks';
import { conditionColour } from '../parts/colours.js';
import { Chart } from '../parts/plot.js';
import type { CurvePoint, LiveCell } from '../play/experiment.js';
import { curvesOf, type MeanPoint } from '../play/summaries.js';
import { unfinishedOf } from './unfinished.js';

interface LearningProps {
  readonly cells: readonly LiveCell[];
  /** The round shown, beside the dense networks. */
  readonly level: number;
  readonly iterations: number;
  /** Of the caption: which round it is. */
  readonly round: string;
  /** Validation loss that trainings are timed to; null for none. */
  readonly mark: number | null;
}

const colourOf = ({ condition }: { readonly condition: string }): string => conditionColour(condition);

/** The part of the scale that is shown: from the first tenth of training on, and at least what is usual. */
function domainOf(
  values: readonly { readonly x: number; readonly y: number }[],
  iterations: number,
  usual: [number, number],
) {
  const settled = values.filter(({ x }) => x >= 0.1 * iterations).map(({ y }) => y);
  return [Math.min(usual[0], ...settled), Math.max(usual[1], ...settled)];
}

/** Learning curves: the mean over trials and its interval where all trials are finished, and before that each trial as it grows. */
export function Learning({ cells, level, iterations, round, mark }: LearningProps) {
  return (
    <div class="charts">
      <Curve
        title={`Loss on held-out pictures${round}`}
        label="loss (nats)"
        cells={cells}
        level={level}
        iterations={iterations}
        quantity={lossOf}
        usual={[0, 1]}
        mark={mark}
      />
      <Curve
        title={`Accuracy on held-out pictures${round}`}
        label="accuracy (%)"
        cells={cells}
        level={level}
        iterations={iterations}
        quantity={accuracyOf}
        usual={[75, 100]}
        mark={null}
      />
    </div>
  );
}

const lossOf = ({ validationLoss }: CurvePoint) => validationLoss;
const accuracyOf = ({ validationAccuracy }: CurvePoint) => 100 * validationAccuracy;

interface CurveProps extends Omit<LearningProps, 'round'> {
  readonly title: string;
  readonly label: string;
  readonly quantity: (point: CurvePoint) => number;
  readonly usual: [number, number];
}

function Curve({ title, label, cells, level, iterations, quantity, usual, mark }: CurveProps) {
  const single = useMemo(() => unfinishedOf(cells, level, quantity), [cells, level, quantity]);
  const going = new Set(single.map(({ condition }) => condition));
  const means = curvesOf(cells, level, quantity).filter(({ condition }) => !going.has(condition));
  const domain = domainOf([...single, ...means.map(({ x, mean }) => ({ x, y: mean }))], iterations, usual);
  return (
    <Chart
      title={title}
      height={220}
      of={[cells, level]}
      options={() => ({
        marginLeft: 48,
        x: { domain: [0, iterations], label: 'iteration', ticks: 5 },
        y: { label, domain, grid: true, ticks: 5 },
        marks: [
          ...(mark === null ? [] : [Plot.ruleY([mark], { stroke: 'var(--soft)', strokeDasharray: '4 4' })]),
          Plot.areaY(
            means.filter(({ low }) => low !== null),
            { x: 'x', y1: 'low', y2: 'high', z: 'condition', fill: colourOf, fillOpacity: 0.15, clip: true },
          ),
          Plot.lineY(single, {
            x: 'x',
            y: 'y',
            z: 'training',
            stroke: colourOf,
            strokeWidth: 1,
            strokeOpacity: 0.85,
            clip: true,
          }),
          Plot.lineY(means, {
            x: 'x',
            y: (point: MeanPoint) => point.mean,
            z: 'condition',
            stroke: colourOf,
            clip: true,
          }),
        ],
      })}
    />
  );
}
