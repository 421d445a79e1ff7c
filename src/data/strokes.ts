import { permutation, StreamReader, stream } from '../random/stream.js';
import type { Dataset, ImageSplit } from './dataset.js';
import { datasetDigest } from './digest.js';

/**
 * `strokes`: ten digits drawn by rule, for work without a network connection. Each image is a digit's pen strokes, jittered,
 * deformed smoothly, sheared, turned and shifted, drawn with a pen of some thickness and ink, with stray strokes and
 * noise. Additions, multiplications, divisions and square roots only: the same bits everywhere.
 */

const SIZE = 28;

/** A stroke: where the pen starts, then lines `[x, y]` and quadratic curves `[cx, cy, x, y]`, in a unit box, y down. */
type Stroke = readonly [readonly [number, number], ...(readonly number[])[]];

/** Ways of writing each digit. */
const digits: readonly (readonly (readonly Stroke[])[])[] = [
  [
    [
      [
        [0.5, 0.1],
        [0.85, 0.1, 0.83, 0.5],
        [0.82, 0.9, 0.5, 0.9],
        [0.17, 0.9, 0.17, 0.5],
        [0.17, 0.1, 0.5, 0.1],
      ],
    ],
  ],
  [
    [
      [
        [0.36, 0.28],
        [0.56, 0.1],
        [0.54, 0.9],
      ],
    ],
    [
      [
        [0.52, 0.1],
        [0.49, 0.9],
      ],
    ],
    [
      [
        [0.36, 0.26],
        [0.55, 0.1],
        [0.55, 0.9],
      ],
      [
        [0.33, 0.9],
        [0.76, 0.9],
      ],
    ],
  ],
  [
    [
      [
        [0.2, 0.3],
        [0.25, 0.1, 0.5, 0.1],
        [0.8, 0.1, 0.78, 0.35],
        [0.74, 0.58, 0.2, 0.9],
        [0.85, 0.88],
      ],
    ],
    [
      [
        [0.2, 0.28],
        [0.4, 0.0, 0.7, 0.2],
        [0.88, 0.45, 0.35, 0.82],
        [0.15, 0.95, 0.2, 0.78],
        [0.35, 0.68, 0.86, 0.88],
      ],
    ],
  ],
  [
    [
      [
        [0.2, 0.18],
        [0.5, 0.02, 0.72, 0.2],
        [0.82, 0.42, 0.45, 0.48],
        [0.9, 0.52, 0.78, 0.76],
        [0.55, 1.0, 0.2, 0.82],
      ],
    ],
    [
      [
        [0.22, 0.12],
        [0.76, 0.12],
        [0.48, 0.44],
        [0.95, 0.5, 0.74, 0.8],
        [0.5, 0.98, 0.2, 0.84],
      ],
    ],
  ],
  [
    [
      [
        [0.58, 0.1],
        [0.15, 0.62],
        [0.86, 0.6],
      ],
      [
        [0.66, 0.36],
        [0.63, 0.92],
      ],
    ],
    [
      [
        [0.26, 0.1],
        [0.2, 0.52],
        [0.78, 0.5],
      ],
      [
        [0.74, 0.12],
        [0.7, 0.92],
      ],
    ],
  ],
  [
    [
      [
        [0.78, 0.1],
        [0.3, 0.12],
        [0.26, 0.45],
        [0.8, 0.35, 0.8, 0.65],
        [0.75, 0.97, 0.2, 0.86],
      ],
    ],
  ],
  [
    [
      [
        [0.7, 0.1],
        [0.2, 0.3, 0.2, 0.65],
        [0.22, 0.92, 0.5, 0.92],
        [0.8, 0.9, 0.78, 0.66],
        [0.7, 0.45, 0.22, 0.64],
      ],
    ],
  ],
  [
    [
      [
        [0.18, 0.13],
        [0.82, 0.12],
        [0.52, 0.45, 0.42, 0.92],
      ],
    ],
    [
      [
        [0.18, 0.13],
        [0.82, 0.12],
        [0.52, 0.45, 0.42, 0.92],
      ],
      [
        [0.33, 0.52],
        [0.7, 0.49],
      ],
    ],
  ],
  [
    [
      [
        [0.5, 0.48],
        [0.14, 0.35, 0.29, 0.17],
        [0.5, 0.0, 0.71, 0.17],
        [0.86, 0.35, 0.5, 0.48],
        [0.1, 0.6, 0.22, 0.8],
        [0.5, 1.03, 0.78, 0.8],
        [0.9, 0.6, 0.5, 0.48],
      ],
    ],
  ],
  [
    [
      [
        [0.78, 0.33],
        [0.7, 0.57, 0.45, 0.55],
        [0.2, 0.5, 0.22, 0.3],
        [0.3, 0.08, 0.55, 0.1],
        [0.8, 0.12, 0.78, 0.36],
        [0.76, 0.7, 0.6, 0.92],
      ],
    ],
    [
      [
        [0.74, 0.34],
        [0.66, 0.56, 0.42, 0.52],
        [0.2, 0.46, 0.26, 0.26],
        [0.36, 0.06, 0.6, 0.12],
        [0.78, 0.2, 0.74, 0.34],
        [0.72, 0.92],
      ],
    ],
  ],
];

/** Pieces into which a curve, and a line, is cut before it is deformed. */
const PIECES = 7;

/** A number between -1 and 1, more often near 0: the mean of two. */
const bell = (reader: StreamReader) => reader.uniform() - reader.uniform();

/** The stroke as points `x0, y0, x1, y1, ...`, its corners and controls moved a little. */
function trace(stroke: Stroke, jitter: number, reader: StreamReader): number[] {
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
function deformation(reader: StreamReader): (points: number[]) => void {
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
function draw(ink: Float64Array, points: readonly number[], radius: number, strength: number): void {
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

/** Draws one image of a digit; all that is random comes from the reader. */
function drawExample(label: number, reader: StreamReader, image: Uint8Array): void {
  const ink = new Float64Array(SIZE * SIZE);
  const ways = digits[label];
  const strokes = ways[reader.below(ways.length)];
  const deform = deformation(reader);
  const radius = 0.75 + 0.9 * reader.uniform();
  const strength = 0.65 + 0.35 * reader.uniform();
  for (const stroke of strokes) {
    const points = trace(stroke, 0.09, reader);
    deform(points);
    draw(ink, points, radius, strength);
  }
  // A stray stroke in one image of three.
  if (reader.below(3) === 0) {
    const x = reader.uniform();
    const y = reader.uniform();
    draw(ink, [x, y, x + 0.3 * bell(reader), y + 0.3 * bell(reader)], 0.6 * radius, strength * 0.8);
  }
  const noise = 0.16 * reader.uniform();
  for (let i = 0; i < image.length; i++) {
    const value = ink[i] + noise * bell(reader) * (ink[i] > 0 ? 1 : 0.6);
    image[i] = Math.floor(255 * Math.min(1, Math.max(0, value)) + 0.5);
  }
}

function makeSplit(name: 'train' | 'test', count: number, seed: number): ImageSplit {
  const images = new Uint8Array(count * SIZE * SIZE);
  const labels = new Uint8Array(count);
  let order: Int32Array = new Int32Array(10);
  for (let i = 0; i < count; i++) {
    // Every ten examples hold each digit once.
    if (i % 10 === 0) order = permutation(10, new StreamReader(stream(seed, `strokes-${name}-labels`, i / 10)));
    labels[i] = order[i % 10];
    const reader = new StreamReader(stream(seed, `strokes-${name}`, i));
    drawExample(labels[i], reader, images.subarray(i * SIZE * SIZE, (i + 1) * SIZE * SIZE));
  }
  return { images, labels, count };
}

/**
 * Draws the data set. An example depends on the seed, its split and its place alone, so a larger set begins with a smaller
 * one.
 *
 * @param train examples to train and validate with
 * @param test examples to test with
 */
export function makeStrokes({ train = 60_000, test = 10_000, seed = 1 } = {}): Dataset {
  const content = {
    name: 'strokes',
    shape: { channels: 1, height: SIZE, width: SIZE },
    classes: 10,
    classNames: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
    train: makeSplit('train', train, seed),
    test: makeSplit('test', test, seed),
  };
  return { ...content, digest: datasetDigest(content) };
}
