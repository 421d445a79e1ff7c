import { InputError } from '../networks/errors.js';
import { assembleDataset, type RawPart } from './arrays/assemble.js';
import { decodeLabels } from './arrays/labels.js';
import { type ImageLayout, imageLayout, inPlanes } from './arrays/layout.js';
import type { DataChoices, PartName } from './choices.js';
import type { Dataset } from './dataset.js';
import { type Npz, openNpz } from './formats/npz.js';
import type { NumberArray } from './formats/numbers.js';

/** Names under which the arrays of each part are looked for, in this order. */
const names: Readonly<Record<PartName, { images: readonly string[]; labels: readonly string[] }>> = {
  training: namesOf('train'),
  validation: namesOf('val', 'valid', 'validation'),
  test: namesOf('test'),
};

function namesOf(...parts: readonly string[]) {
  return {
    images: parts.flatMap((part) => [`x_${part}`, `${part}_images`, `X_${part}`]),
    labels: parts.flatMap((part) => [`y_${part}`, `${part}_labels`, `Y_${part}`]),
  };
}

interface FoundArray {
  readonly what: string;
  readonly array: NumberArray;
}

/**
 * A data set from one `.npz` file: images `x_train` and `x_test`, labels `y_train` and `y_test`, or the other names above; of
 * numbers of any type. A validation set, `x_val` and `y_val`, goes to the end of the training set.
 *
 * @throws InputError naming the file and the array, what was expected and what was found, and the setting that decides
 */
export function datasetFromNpz(
  bytes: Uint8Array,
  file: string,
  { choices = {}, onNote = () => {} }: { choices?: DataChoices; onNote?: (text: string) => void } = {},
): Dataset {
  const archive = openNpz(bytes, file);
  const used = new Set<string>();
  const find = (candidates: readonly string[]): FoundArray => {
    const name = candidates.find((candidate) => archive.names.includes(candidate));
    if (name === undefined) {
      throw new InputError(
        `${file}: expected an array ${candidates.join(' or ')}; found ${archive.names.join(', ') || 'none'}.`,
      );
    }
    used.add(name);
    return { what: `${file}: ${name}`, array: archive.read(name) };
  };
  const part = (which: PartName) => rawPart(find(names[which].images), find(names[which].labels), choices);
  const training = part('training');
  const validation = hasAny(archive, names.validation) ? part('validation') : undefined;
  const test = part('test');
  for (const other of validation === undefined ? [test] : [validation, test]) checkSame(training, other, file);
  const unused = archive.names.filter((name) => !used.has(name));
  if (unused.length > 0) onNote(`${file}: not used: ${unused.join(', ')}.`);
  const { channels, height, width } = training.layout;
  return assembleDataset(
    {
      name: file.replace(/^.*[\\/]/, '').replace(/\.npz$/i, ''),
      what: file,
      shape: { channels, height, width },
      classNames: Array.from({ length: training.classes }, (_, label) => `${label}`),
      train: training.raw,
      validation: validation?.raw,
      test: test.raw,
    },
    choices,
    onNote,
  );
}

const hasAny = ({ names: there }: Npz, { images, labels }: { images: readonly string[]; labels: readonly string[] }) =>
  there.some((name) => images.includes(name) || labels.includes(name));

interface Part {
  readonly raw: RawPart;
  readonly layout: ImageLayout;
  readonly classes: number;
  readonly what: string;
}

function rawPart(images: FoundArray, labels: FoundArray, choices: DataChoices): Part {
  const layout = imageLayout(images.array, choices, images.what);
  const [count] = images.array.shape;
  const rows = labels.array.shape[0];
  if (rows !== count) {
    throw new InputError(
      `${labels.what} is to hold ${count} labels, one for each of ${images.what.replace(/^.*: /, '')}; found shape ${labels.array.shape.join(' x ') || '()'}.`,
    );
  }
  const { values, classes } = decodeLabels(labels.array, labels.what);
  const size = layout.channels * layout.height * layout.width;
  return {
    raw: {
      pixels: {
        kind: images.array.kind,
        values: inPlanes(images.array.values, layout),
        nameOf: (index) => `${images.what}: image ${Math.floor(index / size)}, ${placeOf(index % size, layout)}`,
      },
      labels: values,
      labelName: (index) => `${labels.what} number ${index}`,
    },
    layout,
    classes,
    what: images.what,
  };
}

function placeOf(within: number, { height, width }: ImageLayout): string {
  const area = height * width;
  return `channel ${Math.floor(within / area)}, row ${Math.floor((within % area) / width)}, column ${within % width}`;
}

function checkSame(train: Part, other: Part, file: string): void {
  const sides = ({ channels, height, width }: ImageLayout) => `${channels} x ${height} x ${width}`;
  if (sides(train.layout) !== sides(other.layout)) {
    throw new InputError(
      `${file}: training images are ${sides(train.layout)}, ${other.what.includes('test') ? 'test' : 'validation'} images ${sides(other.layout)}; expected the same.`,
    );
  }
}
