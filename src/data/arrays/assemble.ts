import { InputError } from '../../networks/errors.js';
import { printable } from '../../networks/printable.js';
import type { DataChoices, PartName } from '../choices.js';
import type { Dataset } from '../dataset.js';
import { datasetDigest } from '../digest.js';
import { MOST_CLASSES, packLabels } from './labels.js';
import { type Pixels, type RawPixels, scalePixels } from './pixels.js';

/** Images of one part of the data, channel by channel, and their labels. */
export interface RawPart {
  readonly pixels: RawPixels;
  readonly labels: Uint16Array;
  /** What errors call the label of a place. */
  readonly labelName: (index: number) => string;
}

/** Decoded data of which the pixels have not been scaled yet. */
export interface RawData {
  readonly name: string;
  /** What errors call all of it: its path. */
  readonly what: string;
  readonly shape: Dataset['shape'];
  readonly classNames: readonly string[];
  readonly train: RawPart;
  /** Goes to the end of the training set. */
  readonly validation?: RawPart | undefined;
  readonly test: RawPart;
}

/**
 * A data set of its decoded parts.
 *
 * @throws InputError naming what does not fit together
 */
export function assembleDataset(data: RawData, choices: DataChoices, onNote: (text: string) => void): Dataset {
  const { name, what, shape, classNames, train, validation, test } = data;
  const classes = classNames.length;
  if (classes < 2) {
    throw new InputError(
      `${what}: all training images have one class, ${classNames[0]}; expected at least two classes.`,
    );
  }
  if (classes > MOST_CLASSES) {
    throw new InputError(`${what}: ${classes} classes; expected at most ${MOST_CLASSES}.`);
  }
  for (const [part, { labels, labelName }] of Object.entries({ validation, test } as Partial<
    Record<PartName, RawPart>
  >).filter(present)) {
    const wrong = labels.findIndex((label) => label >= classes);
    if (wrong >= 0) {
      throw new InputError(
        `${labelName(wrong)} is ${labels[wrong]}, a class that no training image has; expected ${part} labels from 0 to ${classes - 1}.`,
      );
    }
  }
  noteAbsent(train.labels, classNames, (absent) => onNote(`${what}: no training image has class ${absent}.`));
  const parts = [train, ...(validation === undefined ? [] : [validation]), test];
  const pixels = scalePixels(
    parts.map((part) => part.pixels),
    choices,
    what,
    onNote,
  );
  const labels = parts.map((part) => packLabels(part.labels, classes));
  const [testImages, testLabels] = [pixels.pop() as Pixels, labels.pop() as (typeof labels)[number]];
  const [trainImages, trainLabels] = [joined(pixels), joined(labels)];
  const content = {
    // Names of files and folders are shown, on terminals too.
    name: printable(name),
    shape,
    classes,
    classNames: classNames.map(printable),
    train: { images: trainImages, labels: trainLabels, count: trainLabels.length },
    test: { images: testImages, labels: testLabels, count: testLabels.length },
    ...(validation === undefined ? {} : { ownValidation: validation.labels.length }),
  };
  return { ...content, digest: datasetDigest(content) };
}

const present = (entry: [string, RawPart | undefined]): entry is [string, RawPart] => entry[1] !== undefined;

function noteAbsent(labels: Uint16Array, classNames: readonly string[], tell: (absent: string) => void): void {
  const seen = new Uint8Array(classNames.length);
  for (const label of labels) seen[label] = 1;
  const absent = classNames.filter((_, label) => seen[label] === 0);
  if (absent.length === 0) return;
  const more = absent.length > 5 ? ` and ${absent.length - 5} others` : '';
  tell(`${absent.slice(0, 5).join(', ')}${more}`);
}

/** One array after the other; a single one is not copied. */
export function joined<T extends Uint8Array | Uint16Array | Float32Array>(arrays: readonly T[]): T {
  if (arrays.length === 1) return arrays[0];
  const length = arrays.reduce((sum, array) => sum + array.length, 0);
  const all = new (arrays[0].constructor as new (length: number) => T)(length);
  let next = 0;
  for (const array of arrays) {
    all.set(array, next);
    next += array.length;
  }
  return all;
}
