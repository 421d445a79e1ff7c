import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import type { DataChoices } from './choices.js';
import { encodeNpz } from './formats/npz.js';
import { datasetFromNpz } from './from-npz.js';

type Arrays = Readonly<Record<string, readonly [shape: readonly number[], values: readonly number[] | Float32Array]>>;

/** A small data set of floats (or bytes where they are given so) with some of its arrays replaced. */
function made(change: Arrays, choices: DataChoices = {}, bytes = false) {
  const ramp = (length: number) => Array.from({ length }, (_, i) => i);
  const arrays: Arrays = {
    x_train: [[3, 5, 2], ramp(30)],
    y_train: [[3], [0, 1, 1]],
    x_test: [[2, 5, 2], ramp(20)],
    y_test: [[2], [1, 0]],
    ...change,
  };
  const tensors = new Map(
    Object.entries(arrays).map(([name, [shape, values]]) => [
      name,
      { shape, values: bytes ? Uint8Array.from(values) : Float32Array.from(values) },
    ]),
  );
  const notes: string[] = [];
  return {
    data: datasetFromNpz(encodeNpz(tensors), 'mine.npz', { choices, onNote: (text) => notes.push(text) }),
    notes,
  };
}

describe('pixels', () => {
  const x = (values: readonly number[]): Arrays => ({
    x_train: [[3, 5, 2], Array.from({ length: 30 }, (_, i) => values[i] ?? 0)],
  });

  it('of all parts are judged together', () => {
    // Training pixels are within 0..1 by themselves.
    const { data } = made({ ...x([0.5, 1]), x_test: [[2, 5, 2], Array(20).fill(200)] });
    expect(data.train.images[0]).toBe(Math.fround(0.5 / 255));
    expect(data.test.images[0]).toBe(Math.fround(200 / 255));
  });

  it.each<[string, readonly number[], DataChoices, RegExp]>([
    ['below 0', [-1, 1], {}, /mine\.npz: pixels go from -1 to 19.*Set data\.range.*\[-1, 19\]/],
    ['above 255', [256], {}, /pixels go from 0 to 256.*data\.range: \[0, 65535\]/],
    ['not a number', [1, 2, 3, Number.NaN], {}, /mine\.npz: x_train: image 0, channel 0, row 1, column 1 is NaN/],
    ['infinite', [Number.NEGATIVE_INFINITY], {}, /x_train: image 0, channel 0, row 0, column 0 is -Infinity/],
    ['infinite, with a range', [Number.POSITIVE_INFINITY], { range: [0, 9] }, /is Infinity/],
    [
      'outside the range that is given',
      [7],
      { range: [0, 18] },
      /x_test: image 1, channel 0, row 4, column 1 is 19, and data\.range says \[0, 18\]/,
    ],
    [
      'in a range of nothing',
      [7],
      { range: [3, 3] },
      /data\.range is \[3, 3\]; expected two numbers, the smaller first/,
    ],
  ])('%s are refused by name', (_what, values, choices, message) => {
    expect(() => made(x(values), choices)).toThrow(message);
  });

  it('with fractions that end a little above 1 are of no range that is known', () => {
    const slightly = { ...x([1.25, 0.5]), x_test: [[2, 5, 2], Array(20).fill(1)] } as Arrays;
    expect(() => made(slightly)).toThrow(/pixels go from 0 to 1.25.*Set data\.range.*\[0, 1.25\]/);
    expect(made(slightly, { range: [0, 1.25] }).data.train.images[0]).toBe(1);
  });

  it('are mapped from the range that is given', () => {
    const { data } = made(x([-1, 0, 19]), { range: [-1, 19] });
    expect([...data.train.images.slice(0, 3)]).toEqual([0, Math.fround(1 / 20), 1]);
  });

  it('of bytes that are only 0 and 1 are said to be dark', () => {
    const { data, notes } = made(
      { x_train: [[3, 5, 2], Array(30).fill(1)], x_test: [[2, 5, 2], Array(20).fill(0)] },
      {},
      true,
    );
    expect(data.train.images).toEqual(new Uint8Array(30).fill(1));
    expect(notes).toEqual([expect.stringMatching(/no pixel is above 1 of 255.*data\.range: \[0, 1\]/)]);
  });
});

describe('channels', () => {
  const shaped = (...sides: number[]): Arrays => {
    const size = sides.reduce((product, side) => product * side, 1);
    return { x_train: [[3, ...sides], Array(3 * size).fill(9)], x_test: [[2, ...sides], Array(2 * size).fill(9)] };
  };

  it.each([
    [[3, 8, 9], { channels: 3, height: 8, width: 9 }],
    [[8, 9, 4], { channels: 4, height: 8, width: 9 }],
    [[8, 9, 1], { channels: 1, height: 8, width: 9 }],
    [[2, 9, 8], { channels: 2, height: 9, width: 8 }],
  ])('are found at the side that can be channels: %j', (sides, shape) => {
    expect(made(shaped(...sides)).data.shape).toEqual(shape);
  });

  it.each([
    [
      [3, 8, 3],
      /both the first and the last side may be channels\. Set data\.channels: first, or data\.channels: last/,
    ],
    [[8, 9, 10], /neither the first nor the last side has the 1 to 4 channels.*Set data\.channels/],
  ])('are asked for where that would be a guess: %j', (sides, message) => {
    expect(() => made(shaped(...sides))).toThrow(message);
    expect(made(shaped(...sides), { channels: 'first' }).data.shape.channels).toBe(sides[0]);
    expect(made(shaped(...sides), { channels: 'last' }).data.shape.channels).toBe(sides[2]);
  });

  it('are not where there are too many sides, or data.shape says otherwise', () => {
    expect(() => made(shaped(2, 3, 4, 5))).toThrow(/x_train has shape 3 x 2 x 3 x 4 x 5; expected n x height x width/);
    expect(() => made({}, { shape: [2, 5] })).toThrow(/holds images of 1 x 5 x 2 .*data\.shape says 1 x 2 x 5/);
    expect(made({}, { shape: [5, 2] }).data.shape).toEqual({ channels: 1, height: 5, width: 2 });
  });
});

describe('labels', () => {
  it.each<[string, Arrays, RegExp]>([
    ['below 0', { y_train: [[3], [0, -1, 1]] }, /mine\.npz: y_train number 1 is -1; expected a whole number from 0/],
    ['with fractions', { y_train: [[3], [0, 1, 1.5]] }, /y_train number 2 is 1.5; expected a whole number/],
    [
      'of more classes than 65,536',
      { y_train: [[3], [0, 1, 65536]] },
      /y_train number 2 is 65536; expected labels below 65536/,
    ],
    [
      'fewer than images',
      { y_train: [[2], [0, 1]] },
      /y_train is to hold 3 labels, one for each of x_train; found shape 2/,
    ],
    [
      'in columns without a 1',
      {
        y_train: [
          [3, 2],
          [0, 1, 0, 0, 1, 0],
        ],
      },
      /y_train has 2 columns, and row 1 is 0, 0; expected exactly one 1/,
    ],
    [
      'in columns with two',
      {
        y_train: [
          [3, 2],
          [0, 1, 1, 0, 1, 1],
        ],
      },
      /row 2 is 1, 1; expected exactly one 1/,
    ],
    [
      'in columns of shares',
      {
        y_train: [
          [3, 2],
          [0, 1, 0.5, 0.5, 1, 0],
        ],
      },
      /row 1 is 0.5, 0.5; expected exactly one 1/,
    ],
    [
      'of three sides',
      {
        y_train: [
          [3, 1, 1],
          [0, 1, 1],
        ],
      },
      /y_train has shape 3 x 1 x 1; expected n labels/,
    ],
    [
      'of one class',
      { y_train: [[3], [0, 0, 0]] },
      /mine\.npz: all training images have one class, 0; expected at least two/,
    ],
    [
      'beyond those that are trained on',
      { y_test: [[2], [1, 2]] },
      /y_test number 1 is 2, a class that no training image has; expected test labels from 0 to 1/,
    ],
    [
      'of a validation set beyond them',
      { x_val: [[1, 5, 2], Array(10).fill(1)], y_val: [[1], [5]] },
      /y_val number 0 is 5.*expected validation labels from 0 to 1/,
    ],
    ['of a validation set that has no images', { y_val: [[1], [0]] }, /expected an array x_val or val_images/],
  ])('%s are refused by name', (_what, change, message) => {
    expect(() => made(change)).toThrow(message);
  });

  it.each<[string, Arrays]>([
    ['no test images', { x_test: [[0, 5, 2], []], y_test: [[0], []] }],
    ['images of no height', { x_test: [[2, 0, 2], []] }],
  ])('of an empty part are refused: %s', (_what, change) => {
    expect(() => made(change)).toThrow(/mine\.npz: x_test is empty: its shape is .*expected at least one image/);
  });

  it('of a class without a training image are said once', () => {
    const { data, notes } = made({ y_train: [[3], [0, 3, 3]], y_test: [[2], [0, 2]] });
    expect(data.classes).toBe(4);
    expect(notes).toContain('mine.npz: no training image has class 1, 2.');
  });

  it('of more than 256 classes are words', () => {
    const few = made({ y_train: [[3], [0, 255, 1]] }).data;
    expect(few.train.labels).toEqual(Uint8Array.of(0, 255, 1));
    const many = made({ y_train: [[3], [0, 65535, 256]], y_test: [[2], [300, 0]] }).data;
    expect([many.classes, many.train.labels, many.test.labels]).toEqual([
      65536,
      Uint16Array.of(0, 65535, 256),
      Uint16Array.of(300, 0),
    ]);
  });

  it('in an archive with a damaged array of another name are read all the same', () => {
    const notNumbers = zipSync({ 'other.npy': Uint8Array.of(1, 2, 3) });
    expect(() => datasetFromNpz(notNumbers, 'mine.npz')).toThrow(
      /expected an array x_train or train_images or X_train; found other/,
    );
  });
});
