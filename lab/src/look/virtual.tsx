import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

interface VirtualProps {
  /** What the rows are, for those who hear the page. */
  readonly label: string;
  readonly count: number;
  /** Pixels of a row, all of the same height; on narrow pages another. */
  readonly height: number;
  readonly narrowHeight: number;
  /** The row of column names, whose role is `row`. */
  readonly head: ComponentChildren;
  /** A row, whose role is `row`, with the place that it stands at, from 0. */
  readonly row: (place: number) => ComponentChildren;
}

/**
 * Roles of a table's parts, for elements that are none: those of a real table cannot be placed one by one, nor be a narrow page's few
 * lines.
 */
const tableOf = (label: string, rows: number) =>
  ({ role: 'table', 'aria-label': label, 'aria-rowcount': rows }) as const;
const rowGroup = { role: 'rowgroup' } as const;
/** What scrolls must be reached by keys. */
const scrolled = (label: string) => ({ ...rowGroup, 'aria-label': label, tabIndex: 0 }) as const;
/** @param place from 1, the row of column names */
export const rowAt = (place: number) => ({ role: 'row', 'aria-rowindex': place }) as const;
export const columnHead = { role: 'columnheader' } as const;
export const sortedHead = (sort: 'ascending' | 'descending' | 'none') =>
  ({ ...columnHead, 'aria-sort': sort }) as const;
export const cell = { role: 'cell' } as const;

/** Rows above and below what is seen that are there as well, so that the next one can be reached by keys. */
const SPARE = 6;

const narrow = matchMedia('(max-width: 760px)');

/** A table of any number of rows, of which only those that are seen are in the page. */
export function VirtualRows({ label, count, height, narrowHeight, head, row }: VirtualProps) {
  const box = useRef<HTMLDivElement>(null);
  const [window, setWindow] = useState({ top: 0, seen: 800 });
  const [isNarrow, setNarrow] = useState(narrow.matches);
  useEffect(() => {
    const changed = () => setNarrow(narrow.matches);
    narrow.addEventListener('change', changed);
    const place = box.current;
    const observer = new ResizeObserver(() => place && setWindow({ top: place.scrollTop, seen: place.clientHeight }));
    if (place !== null) observer.observe(place);
    return () => {
      narrow.removeEventListener('change', changed);
      observer.disconnect();
    };
  }, []);
  const each = isNarrow ? narrowHeight : height;
  const first = Math.max(0, Math.floor(window.top / each) - SPARE);
  const end = Math.min(count, Math.ceil((window.top + window.seen) / each) + SPARE);
  const places = Array.from({ length: Math.max(0, end - first) }, (_, index) => first + index);
  return (
    <div class="virtual" {...tableOf(label, count + 1)}>
      <div {...rowGroup}>{head}</div>
      <div
        class="virtual-box"
        ref={box}
        {...scrolled(label)}
        onScroll={({ currentTarget: { scrollTop, clientHeight } }) => setWindow({ top: scrollTop, seen: clientHeight })}
      >
        <div class="virtual-all" style={{ height: `${count * each}px` }} role="presentation">
          <div style={{ transform: `translateY(${first * each}px)` }} role="presentation">
            {places.map(row)}
          </div>
        </div>
      </div>
    </div>
  );
}
