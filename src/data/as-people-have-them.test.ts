import { describe, expect, it } from 'vitest';
import { dataBytes, expectedData } from '../../test/fixtures/data-files.js';
import type { DataChoices } from './choices.js';
import type { Dataset } from './dataset.js';
import { firstExamples } from './first-examples.js';
import { datasetFromNpz } from './from-npz.js';

function open(name: string, choices: DataChoices = {}): { data: Dataset; notes: string[] } {
  const notes: string[] = [];
  const data = datasetFromNpz(dataBytes(`${name}.npz`), `some/${name}.npz`, {
    choices,
    onNote: (text) => notes.push(text),
  });
  return { data, notes };
}

describe('data sets as people have them', () => {
  it('from MedMNIST: labels n x 1, and a validation set of their own at the end of the training set', () => {
    const { data, notes } = open('medmnist');
    expect(data).toMatchObject({
      name: 'medmnist',
      shape: { channels: 3, height: 6, width: 5 },
      classes: 3,
      ownValidation: 2,
    });
    expect(data.train.count).toBe(6);
    expect(data.train.images).toEqual(Uint8Array.from(expectedData.medmnist.train));
    expect(data.train.labels).toEqual(Uint8Array.from(expectedData.medmnist.labels));
    expect(data.test.images).toEqual(Uint8Array.from(expectedData.medmnist.test));
    expect(notes).toEqual([]);
  });

  it('with a column for each class, floats of 0 to 1, big-endian in Fortran order, and arrays of other things', () => {
    const { data, notes } = open('floats');
    expect(data.train.images).toEqual(Float32Array.from(expectedData.floats.train));
    expect(data.train.labels).toEqual(Uint8Array.from(expectedData.floats.labels));
    expect([...data.test.labels]).toEqual([0, 1]);
    expect(notes).toEqual([
      'some/floats.npz: not used: names, when.',
      'some/floats.npz: pixels are scaled from 0..1, as floats.',
    ]);
  });

  it('with channels first and fractions up to 255', () => {
    const { data, notes } = open('halves');
    expect(data.shape).toEqual({ channels: 3, height: 6, width: 5 });
    expect(data.train.images).toEqual(Float32Array.from(expectedData.halves.train));
    expect(notes).toEqual([expect.stringMatching(/scaled from 0\.\.255/)]);
  });

  it('of 16 bits, once their range is said', () => {
    expect(() => open('words')).toThrow(
      /some\/words\.npz: pixels go from 0 to \d+, .*Set data\.range .*such as data\.range: \[0, 65535\]/,
    );
    const { data } = open('words', { range: [0, 65535] });
    expect(data.train.images).toEqual(Float32Array.from(expectedData.words.train));
  });

  it('that are bytes under any other type are the same data', () => {
    const { data } = open('bytes');
    expect(data.train.images).toBeInstanceOf(Uint8Array);
    expect(open('whole').data.digest).toBe(data.digest);
    expect(open('whole').notes).toEqual([expect.stringMatching(/taken as bytes/)]);
    expect(open('flat', { shape: [6, 5] }).data.digest).toBe(data.digest);
    expect(open('bytes', { range: [0, 255] }).data.digest).toBe(data.digest);
    // Known since before other types were read.
    expect(data.digest).toBe('3f0d109065451f45ae91d67eb02761b20c37d7c937ee64d0d1a64ab0d49e2e71');
  });

  it('of true and false become 0 and 255', () => {
    expect(open('bool').data.train.images).toEqual(Uint8Array.from(expectedData.bool.train));
  });

  it('that are flat need their shape, and may have channels', () => {
    expect(() => open('flat')).toThrow(/x_train holds 30 numbers an image.*Set data\.shape .*data\.shape: \[1, 30\]/);
    expect(() => open('flat', { shape: [7, 5] })).toThrow(
      /30 numbers an image, and data\.shape says 1 x 7 x 5, which is 35/,
    );
    expect(() => open('flat', { shape: [30] })).toThrow(/data\.shape is \[30\]; expected height and width/);
    expect(open('flat', { shape: [3, 5, 2] }).data.shape).toEqual({ channels: 3, height: 5, width: 2 });
    const last = open('flat', { shape: [3, 5, 2], channels: 'last' }).data;
    const { images } = open('flat', { shape: [6, 5] }).data.train;
    expect([...last.train.images.slice(0, 3)]).toEqual([images[0], images[3], images[6]]);
  });
});

describe('the first examples', () => {
  it('of a set with its own validation set keep that whole', () => {
    const { data } = open('medmnist');
    const cut = firstExamples(data, 4, 1);
    const size = 90;
    expect([cut.train.count, cut.test.count, cut.ownValidation]).toEqual([4, 1, 2]);
    expect([...cut.train.labels]).toEqual([0, 2, 1, 0]);
    expect([...cut.train.images]).toEqual([
      ...data.train.images.slice(0, 2 * size),
      ...data.train.images.slice(4 * size),
    ]);
    expect(() => firstExamples(data, 2, undefined)).toThrow(
      /2 training examples are asked for, and the data set came with 2 examples to validate with/,
    );
    expect(() => firstExamples(data, 7, undefined)).toThrow(/7 training examples are asked for; the data set has 6/);
  });
});
