import { expect, test } from 'vitest';
import { begun, type Drawing, emptyDrawing, extended, inkOf, placed, undone } from './drawing.js';

const size = { width: 28, height: 28 };

const line = (...points: number[]): Drawing => ({ base: null, strokes: [{ kind: 'pen', points }] });

const sum = (ink: Float32Array) => ink.reduce((total, value) => total + value, 0);

/** Columns and rows with ink, and the centre of its mass. */
function extent(ink: Float32Array) {
  const places = [...ink.keys()].filter((place) => ink[place] > 0.5);
  const columns = places.map((place) => place % 28);
  const rows = places.map((place) => Math.floor(place / 28));
  const x = [...ink].reduce((total, value, place) => total + value * ((place % 28) + 0.5), 0) / sum(ink);
  const y = [...ink].reduce((total, value, place) => total + value * (Math.floor(place / 28) + 0.5), 0) / sum(ink);
  return {
    left: Math.min(...columns),
    right: Math.max(...columns),
    top: Math.min(...rows),
    bottom: Math.max(...rows),
    x,
    y,
  };
}

test('a pen leaves ink where it was, as wide as a pen, within the paper', () => {
  expect(sum(inkOf(emptyDrawing, size))).toBe(0);
  const ink = inkOf(line(5.5, 4.5, 5.5, 20.5), size);
  expect(ink[10 * 28 + 5]).toBe(1);
  expect(ink[10 * 28 + 6]).toBeCloseTo(0.65);
  expect(ink[10 * 28 + 8]).toBe(0);
  expect(ink[22 * 28 + 5]).toBe(0);
  expect(Math.max(...inkOf(line(-3, -3, 40, 40), size))).toBe(1);
});

test('a dot is as wide as the pen, and a larger paper has a wider one', () => {
  expect(extent(inkOf(line(14, 14), size))).toMatchObject({ left: 13, right: 14, top: 13, bottom: 14 });
  const wide = inkOf(line(28, 28), { width: 56, height: 56 });
  expect(sum(wide)).toBeGreaterThan(3 * sum(inkOf(line(14, 14), size)));
});

test('an eraser takes ink away, of strokes before it and of an image, and not of those after', () => {
  const base = new Float32Array(28 * 28).fill(0.5);
  const rubbed = { base, strokes: [{ kind: 'eraser' as const, points: [14, 14] }] };
  expect(inkOf(rubbed, size)[14 * 28 + 14]).toBe(0);
  expect(inkOf(rubbed, size)[0]).toBe(0.5);
  expect(inkOf(begun(rubbed, 'pen', 14.5, 14.5), size)[14 * 28 + 14]).toBe(1);
});

test('a drawing is placed as the drawn digits are: in the middle, 19 of 28 pixels long', () => {
  const found = extent(inkOf(placed(line(2, 3, 2, 10, 5, 10), size, 'middle'), size));
  expect(found.bottom - found.top).toBeGreaterThanOrEqual(18);
  expect(found.bottom - found.top).toBeLessThanOrEqual(21);
  expect((found.left + found.right + 1) / 2).toBeCloseTo(14, 0);
  expect((found.top + found.bottom + 1) / 2).toBeCloseTo(14, 0);
});

test('a drawing is placed as MNIST’s digits are: 20 pixels, its mass in the middle', () => {
  const found = extent(inkOf(placed(line(2, 3, 2, 10, 8, 10), size, 'mass'), size));
  expect(found.x).toBeCloseTo(14, 1);
  expect(found.y).toBeCloseTo(14, 1);
  expect(found.bottom - found.top + 1).toBe(20);
});

test('a dot stays a dot, and an image of the data stays where it is', () => {
  expect(sum(inkOf(placed(line(3, 3), size, 'middle'), size))).toBeCloseTo(sum(inkOf(line(14, 14), size)), 5);
  const onImage = { base: new Float32Array(28 * 28), strokes: line(2, 3, 2, 10).strokes };
  expect(placed(onImage, size, 'mass')).toBe(onImage);
  expect(placed(emptyDrawing, size, 'middle')).toBe(emptyDrawing);
});

test('strokes go on from where they are, and are taken back one by one, the image last', () => {
  const begunOne = begun({ base: new Float32Array(784), strokes: [] }, 'pen', 3, 3);
  expect(extended(begunOne, 3.1, 3)).toBe(begunOne);
  const longer = extended(begunOne, 4, 3);
  expect(longer.strokes[0].points).toEqual([3, 3, 4, 3]);
  expect(undone(longer).strokes).toEqual([]);
  expect(undone(undone(longer))).toEqual(emptyDrawing);
});
