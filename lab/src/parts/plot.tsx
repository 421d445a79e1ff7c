import type { PlotOptions } from '@observablehq/plot';
import * as Plot from '@observablehq/plot';
import { useEffect, useRef, useState } from 'preact/hooks';

interface ChartProps {
  /** What it shows, for those who hear the page. */
  readonly title: string;
  readonly height: number;
  /** Called with the width at hand. */
  readonly options: (width: number) => PlotOptions;
}

/** A chart as wide as its place. */
export function Chart({ title, height, options }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const seen = place.current;
    if (seen === null) return;
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry.contentRect.width)));
    observer.observe(seen);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    if (width === 0 || place.current === null) return;
    const drawn = Plot.plot({ width, height, style: 'overflow: visible; background: none;', ...options(width) });
    drawn.setAttribute('aria-hidden', 'true');
    place.current.replaceChildren(drawn);
  });
  return (
    <figure class="chart">
      <figcaption>{title}</figcaption>
      <div ref={place} style={{ minHeight: `${height}px` }} />
    </figure>
  );
}
