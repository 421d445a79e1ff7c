/**
 * Drawings as strokes of a pen, and what becomes of them before a network reads them. Coordinates are pixels of the data's images, x to the
 * right and y down, the middle of the first pixel at (0.5, 0.5). Ink is 0 to 1, by rows.
 */

export interface Stroke {
  readonly kind: 'pen' | 'eraser';
  /** `x0, y0, x1, y1, ...`; a single point is a dot. */
  readonly points: readonly number[];
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Drawing {
  /** Ink that was there before the first stroke, as of an image of the test set; null for none. */
  readonly base: Float32Array | null;
  readonly strokes: readonly Stroke[];
}

export const emptyDrawing: Drawing = { base: null, strokes: [] };

/** Half a pen's width in an image of 28 pixels; those of drawn digits go from 0.75 to 1.65. */
const RADIUS = 1.15;
/** Larger, so that one stroke takes away a line. */
const ERASER = 1.8;

/** The ink of a drawing, with soft edges a pixel wide. */
export function inkOf({ base, strokes }: Drawing, size: Size): Float32Array {
  const ink = base === null ? new Float32Array(size.width * size.height) : base.slice();
  const scale = Math.max(size.width, size.height) / 28;
  for (const { kind, points } of strokes) {
    const radius = scale * (kind === 'pen' ? RADIUS : ERASER);
    const cover = coverOf(points, size, radius);
    for (let place = 0; place < ink.length; place++) {
      ink[place] = kind === 'pen' ? Math.max(ink[place], cover[place]) : Math.min(ink[place], 1 - cover[place]);
    }
  }
  return ink;
}

/** How much of each pixel a line covers, by its distance from the pixel's middle. */
function coverOf(points: readonly number[], { width, height }: Size, radius: number): Float32Array {
  const cover = new Float32Array(width * height);
  const reach = radius + 1;
  const last = Math.max(0, points.length - 4);
  for (let at = 0; at <= last; at += 2) {
    const [ax, ay, bx = ax, by = ay] = points.slice(at, at + 4);
    const [dx, dy] = [bx - ax, by - ay];
    const squared = dx * dx + dy * dy;
    const top = Math.max(0, Math.floor(Math.min(ay, by) - reach));
    const bottom = Math.min(height - 1, Math.ceil(Math.max(ay, by) + reach));
    const left = Math.max(0, Math.floor(Math.min(ax, bx) - reach));
    const right = Math.min(width - 1, Math.ceil(Math.max(ax, bx) + reach));
    for (let row = top; row <= bottom; row++) {
      for (let column = left; column <= right; column++) {
        const [px, py] = [column + 0.5 - ax, row + 0.5 - ay];
        const along = squared > 0 ? Math.min(1, Math.max(0, (px * dx + py * dy) / squared)) : 0;
        const covered = Math.min(1, radius + 0.5 - Math.hypot(px - along * dx, py - along * dy));
        const place = row * width + column;
        if (covered > cover[place]) cover[place] = covered;
      }
    }
  }
  return cover;
}

/** How drawings are placed in the image, as those were that the networks learned from. */
export type Placing =
  /** As they are. */
  | 'as-drawn'
  /** Scaled and moved so that what is drawn stands in the middle, as tall or wide as drawn digits are on average. */
  | 'middle'
  /** As MNIST's: scaled to 20 of 28 pixels, the centre of mass of the ink in the middle. */
  | 'mass';

/** Of 28 pixels, how many the longer side of a digit takes: 20 in MNIST; of the drawn digits, 0.8 x 0.86 of the height. */
const LONGER = { middle: 19, mass: 20 } as const;
/** Most that something is enlarged: a dot stays a dot. */
const MOST = 3;

/** The drawing placed as the data's are. One that begins with an image of the data is as it is. */
export function placed(drawing: Drawing, size: Size, placing: Placing): Drawing {
  const pens = drawing.strokes.filter(({ kind }) => kind === 'pen');
  if (drawing.base !== null || placing === 'as-drawn' || pens.length === 0) return drawing;
  const xs = pens.flatMap(({ points }) => points.filter((_, at) => at % 2 === 0));
  const ys = pens.flatMap(({ points }) => points.filter((_, at) => at % 2 === 1));
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const longer = Math.max(right - left, bottom - top);
  const wanted = (LONGER[placing] * Math.max(size.width, size.height)) / 28;
  // The pen's own width counts: the line runs in the middle of the ink.
  const pen = (2 * RADIUS * Math.max(size.width, size.height)) / 28;
  const scale = longer === 0 ? 1 : Math.min(MOST, (wanted - (placing === 'mass' ? pen : 0)) / longer);
  const scaled = moved(drawing, scale, size, [(left + right) / 2, (top + bottom) / 2]);
  return placing === 'middle' ? scaled : moved(scaled, 1, size, centreOfMass(inkOf(scaled, size), size));
}

/** Scales about a point, which comes to lie in the middle of the image. */
function moved(drawing: Drawing, scale: number, { width, height }: Size, [x, y]: readonly [number, number]): Drawing {
  return {
    base: drawing.base,
    strokes: drawing.strokes.map(({ kind, points }) => ({
      kind,
      points: points.map((value, at) =>
        at % 2 === 0 ? width / 2 + scale * (value - x) : height / 2 + scale * (value - y),
      ),
    })),
  };
}

function centreOfMass(ink: Float32Array, { width, height }: Size): [number, number] {
  let [sum, x, y] = [0, 0, 0];
  ink.forEach((value, place) => {
    sum += value;
    x += value * ((place % width) + 0.5);
    y += value * (Math.floor(place / width) + 0.5);
  });
  return sum === 0 ? [width / 2, height / 2] : [x / sum, y / sum];
}

/** A point put to a stroke that goes on; points closer together than a third of a pixel are one. */
export function extended(drawing: Drawing, x: number, y: number): Drawing {
  const last = drawing.strokes.at(-1);
  if (last === undefined) return drawing;
  const [beforeX, beforeY] = last.points.slice(-2);
  if (Math.hypot(x - beforeX, y - beforeY) < 1 / 3) return drawing;
  const longer = { ...last, points: [...last.points, x, y] };
  return { ...drawing, strokes: [...drawing.strokes.slice(0, -1), longer] };
}

/** A drawing with a stroke more, which begins at a point. */
export const begun = (drawing: Drawing, kind: Stroke['kind'], x: number, y: number): Drawing => ({
  ...drawing,
  strokes: [...drawing.strokes, { kind, points: [x, y] }],
});

/** A drawing without its last stroke, and at last without the image that it began with. */
export const undone = ({ base, strokes }: Drawing): Drawing =>
  strokes.length > 0 ? { base, strokes: strokes.slice(0, -1) } : emptyDrawing;
