import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { announce } from '../parts/announce.js';
import { begun, type Drawing, emptyDrawing, extended, inkOf, type Size, type Stroke, undone } from './drawing.js';

interface PaperProps {
  readonly size: Size;
  readonly drawing: Drawing;
  readonly tool: Stroke['kind'];
  readonly onDraw: (drawing: Drawing) => void;
  /** What stands between the paper and how to use it. */
  readonly children: ComponentChildren;
}

/** Puts ink into a canvas, black on white. */
export function paint(canvas: HTMLCanvasElement | null, ink: Float32Array, { width, height }: Size): void {
  const context = canvas?.getContext('2d');
  if (!context) return;
  const image = context.createImageData(width, height);
  for (let place = 0; place < ink.length; place++) {
    image.data.set([0, 0, 0, Math.round(255 * Math.min(1, Math.max(0, ink[place])))], 4 * place);
  }
  context.putImageData(image, 0, 0);
}

const moves: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** What a drawing is drawn on, by mouse, pen, finger or keyboard: a canvas of as many pixels as the data's images have. */
export function Paper({ size, drawing, tool, onDraw, children }: PaperProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const sheet = useRef<HTMLDivElement>(null);
  const help = useId();
  /** The pen that the keyboard moves; null while there is a mouse or a finger. */
  const pen = useSignal<{ readonly x: number; readonly y: number; readonly isDown: boolean } | null>(null);
  const { width, height } = size;
  useEffect(() => paint(canvas.current, inkOf(drawing, size), size), [drawing, size]);
  // A drawing goes on from what it is at that moment, which several events of one frame change.
  const now = useRef(drawing);
  now.current = drawing;
  const draw = (next: Drawing) => {
    now.current = next;
    onDraw(next);
  };

  const placeOf = ({ clientX, clientY }: PointerEvent): [number, number] => {
    const { left, top, width: wide, height: high } = (sheet.current as HTMLDivElement).getBoundingClientRect();
    return [((clientX - left) / wide) * width, ((clientY - top) / high) * height];
  };

  const begin = (event: PointerEvent) => {
    if (event.button !== 0) return;
    pen.value = null;
    sheet.current?.setPointerCapture(event.pointerId);
    draw(begun(now.current, tool, ...placeOf(event)));
  };

  const goOn = (event: PointerEvent) => {
    if (!sheet.current?.hasPointerCapture(event.pointerId)) return;
    const all = event.getCoalescedEvents?.() ?? [];
    let next = now.current;
    for (const each of all.length > 0 ? all : [event]) next = extended(next, ...placeOf(each));
    if (next !== now.current) draw(next);
  };

  const type = (event: KeyboardEvent) => {
    const at = pen.value ?? { x: width / 2, y: height / 2, isDown: false };
    const move = moves[event.key];
    if (event.altKey || event.metaKey || (event.ctrlKey && event.key !== 'z')) return;
    if (move !== undefined) {
      const far = event.shiftKey ? 4 : 1;
      const x = Math.min(width - 0.5, Math.max(0.5, at.x + far * move[0]));
      const y = Math.min(height - 0.5, Math.max(0.5, at.y + far * move[1]));
      pen.value = { ...at, x, y };
      if (at.isDown) draw(extended(now.current, x, y));
    } else if (event.key === ' ' || event.key === 'Enter') {
      pen.value = { ...at, isDown: !at.isDown };
      if (!at.isDown) draw(begun(now.current, tool, at.x, at.y));
      const what = tool === 'pen' ? 'Pen' : 'Eraser';
      announce(`${what} ${at.isDown ? 'up' : 'down'} at column ${Math.ceil(at.x)}, row ${Math.ceil(at.y)}.`);
    } else if (event.key === 'Escape') {
      pen.value = { ...at, isDown: false };
    } else if (event.key === 'Backspace' || (event.key === 'z' && event.ctrlKey)) {
      pen.value = { ...at, isDown: false };
      draw(undone(now.current));
      announce('The last stroke is gone.');
    } else if (event.key === 'Delete') {
      pen.value = { ...at, isDown: false };
      draw(emptyDrawing);
      announce('The paper is empty.');
    } else {
      return;
    }
    event.preventDefault();
  };

  return (
    <div class="paper">
      <div
        class="sheet"
        ref={sheet}
        role="application"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it is drawn on by keyboard too
        tabIndex={0}
        aria-label={`Paper of ${width} by ${height} pixels`}
        aria-describedby={help}
        onPointerDown={begin}
        onPointerMove={goOn}
        onKeyDown={type}
        onBlur={() => {
          pen.value = null;
        }}
      >
        <canvas ref={canvas} width={width} height={height} />
        {pen.value === null ? null : (
          <span
            class={pen.value.isDown ? 'at down' : 'at'}
            style={{ left: `${(100 * pen.value.x) / width}%`, top: `${(100 * pen.value.y) / height}%` }}
          />
        )}
      </div>
      {children}
      <p id={help} class="soft">
        Draw with mouse or finger. By keyboard: arrow keys move the pen, with Shift further; space puts it down and
        lifts it; Backspace takes the last stroke back.
      </p>
    </div>
  );
}
