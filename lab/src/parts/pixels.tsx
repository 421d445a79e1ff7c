import { useEffect, useRef } from 'preact/hooks';

interface PixelsProps {
  readonly title: string;
  /** A value a pixel, by rows; 0 is the page's colour, 1 the strongest. */
  readonly values: readonly number[];
  readonly width: number;
  readonly height: number;
}

/** A picture of values over the pixels of an image. */
export function Pixels({ title, values, width, height }: PixelsProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context) return;
    const image = context.createImageData(width, height);
    for (const [place, value] of values.entries())
      image.data.set([0, 114, 178, Math.round(255 * Math.min(1, value))], 4 * place);
    context.putImageData(image, 0, 0);
  }, [values, width, height]);
  return (
    <figure class="pixels">
      <canvas ref={canvas} width={width} height={height} role="img" aria-label={title} />
      <figcaption>{title}</figcaption>
    </figure>
  );
}
