import type { RefObject } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { drawNever, drawSoon } from './draw-queue.js';

/**
 * A place for a drawing as wide as there is room, made when its turn comes.
 *
 * @param draw given the place and its width in pixels
 * @param of what decides the drawing, compared by identity: it is made again when one of these, or the width, is another
 */
export function useDrawing(
  draw: (place: HTMLDivElement, width: number) => void,
  of: readonly unknown[],
): RefObject<HTMLDivElement | null> {
  const place = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const seen = place.current;
    if (seen === null) return;
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry.contentRect.width)));
    observer.observe(seen);
    return () => {
      observer.disconnect();
      drawNever(seen);
    };
  }, []);
  useEffect(() => {
    const seen = place.current;
    // One that still waits is replaced where it stands, so that whatever changes often keeps nobody else waiting.
    if (width > 0 && seen !== null) drawSoon(seen, () => draw(seen, width));
  }, [width, ...of]);
  return place;
}
