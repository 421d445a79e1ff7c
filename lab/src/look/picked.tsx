import type { RunResults } from 'lottery-lab/experiments';
import { lookHref } from './address.js';
import type { Axis } from './chart.js';
import type { Chosen } from './query.js';
import type { Point } from './series.js';
import type { SeriesStyle } from './styles.js';
import { numberText, pointText } from './words.js';

interface PickedProps {
  readonly point: Point | null;
  readonly style: SeriesStyle | null;
  readonly axis: Axis;
  readonly runs: readonly RunResults[];
  readonly chosen: Chosen;
}

/** The trainings that a point of a figure is the mean of. */
export function Picked({ point, style, axis, runs, chosen }: PickedProps) {
  if (point === null || style === null) {
    return (
      <p class="soft small">
        Click a point to see its trainings; drag over the figure to zoom in, and double-click to zoom out.
      </p>
    );
  }
  const { run } = runs[point.run];
  return (
    <section class="picked" aria-label="Trainings of the chosen point">
      <p>{pointText(point, style.title, axis).replaceAll('\n', '; ')}.</p>
      <ul>
        {point.trials.map(({ trial, value, cells }) => (
          <li key={trial}>
            trial {trial + 1}: {numberText(value)}
            {cells.map((id, draw) => (
              <span key={id}>
                {' '}
                <a href={lookHref(chosen, ['cell', id], { run })}>
                  {cells.length === 1 ? `training ${id.slice(0, 12)}` : `draw ${draw + 1}, training ${id.slice(0, 12)}`}
                </a>
              </span>
            ))}
          </li>
        ))}
      </ul>
    </section>
  );
}
