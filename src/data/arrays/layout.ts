import { InputError } from '../../networks/errors.js';
import type { DataChoices } from '../choices.js';
import type { NumberArray, Numbers } from '../formats/numbers.js';

/** How the images of an array lie in it. */
export interface ImageLayout {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  /** Whether the channels of a pixel stand side by side. */
  readonly last: boolean;
}

const times = (sides: readonly number[]) => sides.join(' x ');
/** Of so few channels a side may be recognised. */
const mayBeChannels = (side: number) => side >= 1 && side <= 4;

/**
 * What the sides of an array of images mean: the first is their number, then height and width, with channels before or after them.
 *
 * @throws InputError naming the array, what was found, and the setting that decides
 */
export function imageLayout({ shape }: NumberArray, choices: DataChoices, what: string): ImageLayout {
  const [, ...sides] = shape;
  if (shape.some((side) => side === 0)) {
    throw new InputError(`${what} is empty: its shape is ${times(shape)}; expected at least one image.`);
  }
  const given = choices.shape === undefined ? undefined : givenSides(choices.shape);
  if (sides.length === 1) return flatLayout(sides[0], given, choices, what);
  if (sides.length !== 2 && sides.length !== 3) {
    throw new InputError(
      `${what} has shape ${times(shape)}; expected n x height x width, with channels first or last where there are any, or n x numbers, with data.shape.`,
    );
  }
  const layout =
    sides.length === 2
      ? { channels: 1, height: sides[0], width: sides[1], last: false }
      : withChannels(sides, choices, what);
  const found = [layout.channels, layout.height, layout.width];
  if (given?.some((side, i) => side !== found[i])) {
    throw new InputError(
      `${what} holds images of ${times(found)} (channels, height, width), and data.shape says ${times(given)}; expected no data.shape, which is for images that are stored flat.`,
    );
  }
  return layout;
}

function withChannels(sides: readonly number[], choices: DataChoices, what: string): ImageLayout {
  const first = mayBeChannels(sides[0]);
  const last = mayBeChannels(sides[2]);
  if (choices.channels === undefined && first === last) {
    throw new InputError(
      `${what} holds images of ${times(sides)}: ${first ? 'both the first and the last side may be channels' : 'neither the first nor the last side has the 1 to 4 channels that are recognised'}. Set data.channels: first, or data.channels: last.`,
    );
  }
  const isLast = choices.channels === undefined ? last : choices.channels === 'last';
  return isLast
    ? { channels: sides[2], height: sides[0], width: sides[1], last: true }
    : { channels: sides[0], height: sides[1], width: sides[2], last: false };
}

function flatLayout(
  size: number,
  given: readonly number[] | undefined,
  choices: DataChoices,
  what: string,
): ImageLayout {
  if (given === undefined) {
    const side = Math.round(Math.sqrt(size));
    const example = side * side === size ? `[${side}, ${side}]` : `[1, ${size}]`;
    throw new InputError(
      `${what} holds ${size} numbers an image, and not how high and wide it is. Set data.shape to height and width, or to channels, height and width, such as data.shape: ${example}.`,
    );
  }
  const [channels, height, width] = given;
  if (channels * height * width !== size) {
    throw new InputError(
      `${what} holds ${size} numbers an image, and data.shape says ${times(given)}, which is ${channels * height * width}; expected as many.`,
    );
  }
  return { channels, height, width, last: choices.channels === 'last' };
}

/** `data.shape` with its channels. */
function givenSides(shape: readonly number[]): readonly number[] {
  if ((shape.length !== 2 && shape.length !== 3) || shape.some((side) => !Number.isSafeInteger(side) || side < 1)) {
    throw new InputError(
      `data.shape is [${shape.join(', ')}]; expected height and width, or channels, height and width, such as [28, 28] or [3, 32, 32].`,
    );
  }
  return shape.length === 2 ? [1, ...shape] : shape;
}

/** Values of images with every channel a plane of its own: the same array where they lie so already. */
export function inPlanes<T extends Numbers>(values: T, { channels, height, width, last }: ImageLayout): T {
  if (!last || channels === 1) return values;
  const area = height * width;
  const planes = values.slice() as T;
  for (let image = 0; image < values.length; image += area * channels) {
    for (let channel = 0, to = image; channel < channels; channel++) {
      for (let from = image + channel; to < image + (channel + 1) * area; to++, from += channels)
        planes[to] = values[from];
    }
  }
  return planes;
}
