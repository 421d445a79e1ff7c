import { useState } from 'preact/hooks';
import type { Axis } from './chart.js';
import type { Point, Series } from './series.js';
import type { SeriesStyle } from './styles.js';
import { cell, columnHead, rowAt, VirtualRows } from './virtual.js';
import { countText, intervalText, numberText, placeText } from './words.js';

interface NumbersProps {
  readonly title?: string;
  readonly series: readonly Series[];
  readonly styles: ReadonlyMap<string, SeriesStyle>;
  readonly axis: Axis;
  readonly range: readonly [number, number] | null;
  /** Shows the trainings of a point; absent where there is one training. */
  readonly onPick?: (point: Point) => void;
}

/** Every number of a figure, each with its trainings: the figure for those who use no pointer, or no eyes. */
export function Numbers({
  title: caption = 'The numbers of this figure',
  series,
  styles,
  axis,
  range,
  onPick,
}: NumbersProps) {
  const [isOpen, setOpen] = useState(false);
  const points = isOpen
    ? series.flatMap((one) => one.points).filter(({ x }) => range === null || (x >= range[0] && x <= range[1]))
    : [];
  const row = (place: number) => {
    const point = points[place];
    const title = styles.get(point.series.key)?.title ?? '';
    const where = placeText(point.x, axis);
    return (
      <div class="virtual-row numbers-row" {...rowAt(place + 2)} key={place}>
        <span {...cell}>{title}</span>
        <span {...cell}>{where}</span>
        <span {...cell}>{numberText(point.mean)}</span>
        {onPick === undefined ? null : (
          <>
            <span {...cell}>{intervalText(point.interval)}</span>
            <span {...cell}>{countText(point.trials.length, 'trial')}</span>
            <span {...cell}>
              <button type="button" aria-label={`Trainings of ${title}, ${where}`} onClick={() => onPick(point)}>
                Trainings
              </button>
            </span>
          </>
        )}
      </div>
    );
  };
  const head =
    onPick === undefined
      ? ['line', 'where', 'value']
      : ['network', 'where', 'mean', '95% interval', 'trials', 'trainings'];
  return (
    <details onToggle={({ currentTarget: { open } }) => setOpen(open)}>
      <summary>{caption}</summary>
      {isOpen ? (
        <VirtualRows
          label={caption}
          count={points.length}
          height={40}
          narrowHeight={92}
          head={
            <div class="virtual-row virtual-head numbers-row" {...rowAt(1)}>
              {head.map((text) => (
                <span {...columnHead} key={text}>
                  {text}
                </span>
              ))}
            </div>
          }
          row={row}
        />
      ) : null}
    </details>
  );
}
