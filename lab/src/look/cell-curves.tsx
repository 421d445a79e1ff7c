import type { History } from 'lottery-lab/experiments';
import { useMemo, useState } from 'preact/hooks';
import { type Axis, LookChart } from './chart.js';
import { Checks, RangeFields } from './controls.js';
import { Numbers } from './numbers.js';
import { LineLegend } from './parts.js';
import type { Point, Series } from './series.js';
import type { SeriesStyle } from './styles.js';
import { pointText } from './words.js';

const axis: Axis = { label: 'iteration', kind: 'linear' };

const styles: ReadonlyMap<string, SeriesStyle> = new Map([
  ['validation', { title: 'validation', colour: 'var(--c0072b2)', dash: '', symbol: 'circle' }],
  ['training', { title: 'training batch', colour: 'var(--cd55e00)', dash: '2 3', symbol: 'square' }],
  ['test', { title: 'test', colour: '#009e73', dash: '7 4', symbol: 'triangle' }],
]);

interface CellCurvesProps {
  readonly history: History;
  /** Iteration of the lowest validation loss. */
  readonly earlyStop: number;
  readonly range: readonly [number, number] | null;
  readonly onRange: (range: readonly [number, number] | null) => void;
}

/** The curves of one training. */
export function CellCurves({ history, earlyStop, range, onRange }: CellCurvesProps) {
  const [shown, setShown] = useState<readonly string[]>([...styles.keys()]);
  const [said, setSaid] = useState('');
  const loss = useMemo(
    () =>
      linesOf(
        history,
        { validation: history.validationLoss, training: history.trainLoss, test: history.testLoss },
        shown,
        1,
      ),
    [history, shown],
  );
  const accuracy = useMemo(
    () =>
      linesOf(
        history,
        { validation: history.validationAccuracy, training: history.trainAccuracy, test: history.testAccuracy },
        shown,
        100,
      ),
    [history, shown],
  );
  const names = [...styles.keys()].filter((name) => name !== 'test' || history.testLoss !== undefined);
  const marked = useMemo(() => [{ x: earlyStop, label: 'early stop' }], [earlyStop]);
  const say = (point: Point): void => setSaid(pointText(point, titleOf(point), axis).replaceAll('\n', '; '));
  const both = { styles, axis, range, isCurve: true, showsTrials: false, marked, onRange, onPick: say };
  return (
    <div class="explorer">
      <div class="explorer-choices">
        <Checks
          legend="measured on"
          options={names.map((name) => [name, (styles.get(name) as SeriesStyle).title] as const)}
          chosen={shown}
          onChange={setShown}
        />
        <RangeFields range={range} unit="" onRange={onRange} />
      </div>
      <LineLegend styles={names.map((name) => styles.get(name) as SeriesStyle)} isCurve />
      <div class="charts">
        <LookChart title="Loss (nats)" series={loss} {...both} />
        <LookChart title="Accuracy (%)" series={accuracy} {...both} />
      </div>
      <p class="soft small">What is cut at an edge of a figure continues beyond it.</p>
      <p class="soft small" role="status">
        {said}
      </p>
      <Numbers title="The numbers of the loss" series={loss} styles={styles} axis={axis} range={range} />
      <Numbers title="The numbers of the accuracy" series={accuracy} styles={styles} axis={axis} range={range} />
    </div>
  );
}

const titleOf = ({ series }: Point): string => styles.get(series.key)?.title ?? series.key;

function linesOf(
  { iteration }: History,
  curves: Readonly<Record<string, readonly number[] | undefined>>,
  shown: readonly string[],
  scale: number,
): readonly Series[] {
  return Object.entries(curves).flatMap(([key, values]) => {
    if (values === undefined || !shown.includes(key)) return [];
    const points: Point[] = [];
    const series: Series = { key, condition: key, run: null, level: null, others: '', points };
    for (const [row, value] of values.entries()) {
      points.push({
        series,
        x: iteration[row],
        mean: scale * value,
        interval: null,
        trials: [],
        run: 0,
        level: 0,
        density: 1,
      });
    }
    return [series];
  });
}
