import { readdirSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { assembleDataset, type RawPart } from '../../data/arrays/assemble.js';
import type { DataChoices } from '../../data/choices.js';
import type { Dataset } from '../../data/dataset.js';
import { type Picture, withoutAlpha } from '../../data/formats/picture.js';
import { InputError } from '../../networks/errors.js';
import { isPictureName, readPicture } from './pictures.js';

/** Names of a folder with a validation set. */
const VALIDATION = ['val', 'valid', 'validation'];

/** What programs leave behind, which nobody means. */
const isHidden = (name: string) => name.startsWith('.') || /^(thumbs\.db|desktop\.ini|__macosx)$/i.test(name);

interface Listing {
  readonly folders: readonly string[];
  readonly files: readonly string[];
}

/** What is in a folder, sorted, links followed, without what is hidden. @throws InputError for a link that leads nowhere */
function list(path: string): Listing {
  const [folders, files]: [string[], string[]] = [[], []];
  for (const name of readdirSync(path).sort()) {
    if (isHidden(name)) continue;
    let isFolder: boolean;
    try {
      isFolder = statSync(join(path, name)).isDirectory();
    } catch {
      throw new InputError(
        `${join(path, name)} is a link that leads nowhere; expected a folder or a file. Mend or remove it.`,
      );
    }
    (isFolder ? folders : files).push(name);
  }
  return { folders, files };
}

interface Context {
  readonly choices: DataChoices;
  readonly onNote: (text: string) => void;
  /** Files beside those that are read. */
  readonly unused: string[];
  hadAlpha: boolean;
  first: Picture | undefined;
}

interface ReadPart {
  readonly pictures: readonly Picture[];
  readonly paths: readonly string[];
  readonly labels: readonly number[];
}

/**
 * A data set from a folder with `train` and `test`, and `val` where there is one, each with a folder of PNG or JPEG files for each
 * class, read in the order of their names.
 *
 * @throws InputError naming the file, what was expected and what was found, and the setting that decides
 */
export async function datasetFromFolder(
  path: string,
  choices: DataChoices,
  onNote: (text: string) => void,
): Promise<Dataset> {
  const { folders, files } = list(path);
  for (const part of ['train', 'test']) {
    if (!folders.includes(part)) {
      throw new InputError(
        `${path}: expected folders train and test, each with a folder of images for each class; ${part} is missing.`,
      );
    }
  }
  const validations = VALIDATION.filter((name) => folders.includes(name));
  if (validations.length > 1) {
    throw new InputError(`${path}: expected one folder to validate with; found ${validations.join(' and ')}.`);
  }
  const parts = ['train', ...validations, 'test'];
  const classNames = list(join(path, 'train')).folders;
  for (const part of parts) checkClasses(path, part, classNames);
  const unused = [...folders.filter((name) => !parts.includes(name)), ...files];
  if (unused.length > 0) onNote(`${path}: not used: ${few(unused)}.`);
  const context: Context = { choices, onNote, unused: [], hadAlpha: false, first: undefined };
  const read: ReadPart[] = [];
  for (const part of parts) read.push(await readPart(join(path, part), classNames, context));
  if (context.unused.length > 0) onNote(`${path}: files that are no PNG or JPEG are not used: ${few(context.unused)}.`);
  if (context.hadAlpha && choices.transparency === undefined) {
    onNote(`${path}: images have an alpha channel, which is opaque everywhere and left out.`);
  }
  const { channels, height, width } = context.first as Picture;
  const isWide = read.some(({ pictures }) => pictures.some(({ depth }) => depth === 16));
  const scaled = isWide && choices.range === undefined;
  if (scaled) onNote(`${path}: pixels of 16 bits are scaled from 0..65535, as floats.`);
  const raw = read.map((part) => rawPart(part, isWide));
  return assembleDataset(
    {
      name: basename(resolve(path)),
      what: path,
      shape: { channels, height, width },
      classNames,
      train: raw[0],
      validation: validations.length > 0 ? raw[1] : undefined,
      test: raw[raw.length - 1],
    },
    scaled ? { ...choices, range: [0, 65535] } : choices,
    onNote,
  );
}

const few = (names: readonly string[]) =>
  names.length <= 5 ? names.join(', ') : `${names.slice(0, 5).join(', ')} and ${names.length - 5} others`;

function checkClasses(path: string, part: string, classNames: readonly string[]): void {
  const others = list(join(path, part)).folders;
  if (classNames.length >= 2 && classNames.join('/') === others.join('/')) return;
  throw new InputError(
    `${path}: expected the same classes, at least two, in train and ${part === 'train' ? 'test' : part}; found ${few(classNames) || 'none'} and ${few(others) || 'none'}.`,
  );
}

async function readPart(path: string, classNames: readonly string[], context: Context): Promise<ReadPart> {
  const [pictures, paths, labels]: [Picture[], string[], number[]] = [[], [], []];
  const loose = list(path).files;
  context.unused.push(...loose.map((name) => join(basename(path), name)));
  for (const [label, className] of classNames.entries()) {
    const folder = join(path, className);
    const { files, folders } = list(folder);
    const named = files.filter(isPictureName);
    if (named.length === 0) throw new InputError(`${folder}: expected PNG or JPEG files, found none.`);
    const others = [...files.filter((name) => !isPictureName(name)), ...folders];
    context.unused.push(...others.map((name) => join(basename(path), className, name)));
    for (const name of named) {
      const file = join(folder, name);
      pictures.push(await readOne(file, context));
      paths.push(file);
      labels.push(label);
    }
  }
  return { pictures, paths, labels };
}

async function readOne(file: string, context: Context): Promise<Picture> {
  const whole = await readPicture(file);
  if (whole.alpha !== undefined) context.hadAlpha = true;
  const picture = withoutAlpha(whole, context.choices, file);
  context.first ??= picture;
  const shapeOf = ({ width, height, channels }: Picture) => `${width} x ${height}, ${channels} channels`;
  if (shapeOf(picture) !== shapeOf(context.first)) {
    throw new InputError(`${file}: expected ${shapeOf(context.first)} as the others; found ${shapeOf(picture)}.`);
  }
  return picture;
}

/** All values of a part; where any picture has 16 bits, those of 8 are widened to the same scale. */
function rawPart({ pictures, paths, labels }: ReadPart, isWide: boolean): RawPart {
  const size = pictures[0].values.length;
  const values = isWide ? new Uint16Array(pictures.length * size) : new Uint8Array(pictures.length * size);
  for (const [i, { values: own, depth }] of pictures.entries()) {
    values.set(isWide && depth === 8 ? Uint16Array.from(own, (value) => value * 257) : own, i * size);
  }
  return {
    pixels: { kind: 'integer', values, nameOf: (index) => `${paths[Math.floor(index / size)]}: a pixel` },
    labels: Uint16Array.from(labels),
    labelName: (index) => `the class of ${paths[index]}`,
  };
}
