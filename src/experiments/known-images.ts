import { catalogueEntry } from '../data/index.js';
import type { ImageShape } from '../networks/network.js';

const colour = { channels: 3, height: 32, width: 32 } as const;
const grey = { channels: 1, height: 28, width: 28 } as const;

const shapes: Readonly<Record<string, ImageShape>> = {
  strokes: grey,
  'binary-12': { channels: 1, height: 1, width: 12 },
  mnist: grey,
  'fashion-mnist': grey,
  'cifar-10': colour,
  'cifar-100': colour,
};

/**
 * The images and classes of a data set that is known by name, before any of it is read, so that a network that does not fit
 * them is refused with the other mistakes of a specification; undefined for others, and for a user's own data.
 */
export function knownImages(name: string | undefined): { shape: ImageShape; classes: number } | undefined {
  const entry = name === undefined ? undefined : catalogueEntry(name);
  return entry === undefined || !Object.hasOwn(shapes, entry.name)
    ? undefined
    : { shape: shapes[entry.name], classes: entry.classes };
}
