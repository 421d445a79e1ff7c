import type { StreamReader } from '../../random/stream.js';
import type { Stroke } from './digits.js';

/** Rows and columns of an image. */
export const SIZE = 28;

/** Pieces into which a curve, and a line, is cut before it is deformed. */
const PIECES = 7;

/** A number between -1 and 1, more often near 0: the mean of two. */
export const bell = (reader: StreamReader) => reader.uniform() - reader.uniform();

/** The stroke as points `x0, y0, x1, y1, ...`, its corners and controls moved a little. */
export function trace(stroke: Stroke, jitter: number, reader: StreamReader): number[] {
  const [[startX, startY], ...steps] = stroke;
  let x = startX + jitter * bell(reader);
  let y = startY + jitter * bell(reader);
  const points = [x, y];
  for (const step of steps) {
    const moved = step.map((value) => value + jitter * bell(reader));
    const [cx, cy, endX, endY] =
      moved.length === 4 ? moved : [(x + moved[0]) / 2, (y + moved[1]) / 2, moved[0], moved[1]];
    for (let k = 1; k <= PIECES; k++) {
      const t = k / PIECES;
      const s = 1 - t;
      points.push(s * s * x + 2 * s * t * cx + t * t * endX, s * s * y + 2 * s * t * cy + t * t * endY);
    }
    x = endX;
    y = endY;
  }
  return points;
}

/** A smooth deformation of the plane: an affine map and a cubic one, drawn at random. */
export function deformation(reader: StreamReader): (points: number[]) => void {
  const turn = 0.36 * bell(reader);
  const shear = 0.4 * bell(reader);
  const wide = 0.82 + 0.3 * bell(reader);
  const high = 0.86 + 0.22 * bell(reader);
  const shiftX = 0.5 + 0.14 * bell(reader);
  const shiftY = 0.5 + 0.14 * bell(reader);
  const bend = Array.from({ length: 12 }, () => 0.55 * bell(reader));
  // A turn by its tangent's half: the rational parameters of a circle need no sine.
  const half = turn / 2;
  const cosine = (1 - half * half) / (1 + half * half);
  const sine = turn / (1 + half * half);
  return (points) => {
    for (let i = 0; i < points.length; i += 2) {
      const u = points[i] - 0.5;
      const v = points[i + 1] - 0.5;
      const terms = [u * u, u * v, v * v, u * u * u, u * v * v, v * v * v];
      let x = u;
      let y = v;
      terms.forEach((term, k) => {
        x += bend[k] * term;
        y += bend[k + 6] * term;
      });
      x = wide * (x + shear * y);
      y = high * y;
      points[i] = cosine * x - sine * y + shiftX;
      points[i + 1] = sine * x + cosine * y + shiftY;
    }
  };
}

/** Draws a line of points into an image of ink, 0 to 1, with soft edges one pixel wide. */
export function draw(ink: Float64Array, points: readonly number[], radius: number, strength: number): void {
  for (let i = 0; i + 3 < points.length; i += 2) {
    const ax = points[i] * SIZE - 0.5;
    const ay = points[i + 1] * SIZE - 0.5;
    const dx = points[i + 2] * SIZE - 0.5 - ax;
    const dy = points[i + 3] * SIZE - 0.5 - ay;
    const squared = dx * dx + dy * dy;
    const reach = radius + 1;
    const left = Math.max(0, Math.ceil(Math.min(ax, ax + dx) - reach));
    const right = Math.min(SIZE - 1, Math.floor(Math.max(ax, ax + dx) + reach));
    const top = Math.max(0, Math.ceil(Math.min(ay, ay + dy) - reach));
    const bottom = Math.min(SIZE - 1, Math.floor(Math.max(ay, ay + dy) + reach));
    for (let row = top; row <= bottom; row++) {
      for (let column = left; column <= right; column++) {
        const px = column - ax;
        const py = row - ay;
        const along = squared > 0 ? Math.min(1, Math.max(0, (px * dx + py * dy) / squared)) : 0;
        const ex = px - along * dx;
        const ey = py - along * dy;
        const cover = Math.min(1, radius + 0.5 - Math.sqrt(ex * ex + ey * ey)) * strength;
        const place = row * SIZE + column;
        if (cover > ink[place]) ink[place] = cover;
      }
    }
  }
}
