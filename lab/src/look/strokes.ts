import type { Plot } from '@observablehq/plot';
import type { Point } from './series.js';

/** Pixels that a pointer goes before it marks a range. */
const DRAG = 5;

/** What is called then; looked up each time, since it changes while the drawing stays. */
interface Acts {
  readonly current: {
    readonly onRange: (range: readonly [number, number]) => void;
    readonly onPick: (point: Point) => void;
  };
}

/**
 * Listens to clicks on a drawing, and to strokes over it.
 *
 * @param height of what a stroke marks, in pixels
 * @returns what ends it
 */
export function listen(drawn: Plot & SVGSVGElement, height: number, acts: Acts): () => void {
  const svg = drawn instanceof SVGSVGElement ? drawn : (drawn as HTMLElement).querySelector('svg');
  const scale = drawn.scale('x');
  if (svg === null || scale?.invert === undefined || scale.range === undefined) return () => {};
  const { invert } = scale;
  const [left, right] = [Math.min(...(scale.range as number[])), Math.max(...(scale.range as number[]))];
  const across = ({ clientX }: PointerEvent): number => {
    const box = svg.getBoundingClientRect();
    const x = ((clientX - box.left) * svg.width.baseVal.value) / box.width;
    return Math.min(right, Math.max(left, x));
  };
  let begun: number | null = null;
  let mark: SVGRectElement | null = null;
  const down = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    // Plot would hold on to what is shown; a click has another meaning here.
    event.stopPropagation();
    begun = across(event);
  };
  const move = (event: PointerEvent): void => {
    if (begun === null) return;
    const at = across(event);
    if (mark === null && Math.abs(at - begun) < DRAG) return;
    if (mark === null) {
      mark = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
      mark.setAttribute('class', 'brush');
      mark.setAttribute('y', '0');
      mark.setAttribute('height', String(height));
      svg.append(mark);
    }
    mark.setAttribute('x', String(Math.min(begun, at)));
    mark.setAttribute('width', String(Math.abs(at - begun)));
  };
  const up = (event: PointerEvent): void => {
    if (begun === null) return;
    const from = begun;
    const at = across(event);
    begun = null;
    if (mark === null) {
      const picked = drawn.value as Point | null | undefined;
      if (picked) acts.current.onPick(picked);
      return;
    }
    mark.remove();
    mark = null;
    const ends = [invert(from) as number, invert(at) as number].sort((a, b) => a - b);
    if (ends[0] < ends[1]) acts.current.onRange([ends[0], ends[1]]);
  };
  const cancel = (): void => {
    begun = null;
    mark?.remove();
    mark = null;
  };
  svg.addEventListener('pointerdown', down, true);
  addEventListener('pointermove', move);
  addEventListener('pointerup', up);
  addEventListener('pointercancel', cancel);
  return () => {
    removeEventListener('pointermove', move);
    removeEventListener('pointerup', up);
    removeEventListener('pointercancel', cancel);
  };
}
