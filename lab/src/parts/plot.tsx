import type { PlotOptions } from '@observablehq/plot';
import * as Plot from '@observablehq/plot';
import type { ComponentChild } from 'preact';
import { useDrawing } from './use-drawing.js';

interface ChartProps {
  /** What it shows: its caption. */
  readonly title: string;
  /** Instead of the title above the chart, such as a choice of what it shows. */
  readonly caption?: ComponentChild;
  /** The same for those who hear the page, where numbers say more than a caption. */
  readonly description?: string;
  readonly height: number;
  /** What decides the drawing, compared by identity: it is drawn again when one of these is another. */
  readonly of: readonly unknown[];
  /** Called with the width at hand. */
  readonly options: (width: number) => PlotOptions;
}

/** A chart as wide as its place. */
export function Chart({ title, caption, description, height, of, options }: ChartProps) {
  const place = useDrawing(
    (seen, width) => {
      const drawn = Plot.plot({
        width,
        height,
        marginTop: 26,
        marginBottom: 38,
        style: 'overflow: visible; background: none; font-size: 12px;',
        ...options(width),
      });
      drawn.setAttribute('aria-hidden', 'true');
      seen.replaceChildren(drawn);
    },
    [height, ...of],
  );
  return (
    <figure class="chart">
      <figcaption>{caption ?? title}</figcaption>
      <div ref={place} role="img" aria-label={description ?? title} style={{ minHeight: `${height}px` }} />
    </figure>
  );
}
