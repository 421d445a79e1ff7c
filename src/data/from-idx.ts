import { InputError } from '../networks/errors.js';
import type { CatalogueEntry, CatalogueFile } from './catalogue.js';
import type { Dataset, ImageSplit } from './dataset.js';
import { decodeIdxImages, decodeIdxLabels, IDX_HEADER, type IdxHeader, readIdxHeader } from './formats/idx.js';

/** What each of the four files of an MNIST-like set is. */
export type IdxRole = Exclude<CatalogueFile['role'], 'archive'>;

/** An IDX file, wherever it comes from, unpacked. */
export interface IdxSource {
  /** For messages. */
  readonly name: string;
  /** Its first bytes: so many, or as many as there are. */
  first(length: number): Promise<Uint8Array>;
  /**
   * Its bytes, as many as its header promises and no more; one more than promised where there are more.
   *
   * @throws InputError where so many cannot be in it
   */
  read(promised: number): Promise<Uint8Array>;
}

interface Headed {
  readonly source: IdxSource;
  readonly header: IdxHeader;
}

/**
 * An MNIST-like set from its four files. Headers of all are compared before anything is unpacked.
 *
 * @throws InputError naming the file, what was expected and what was found
 */
export async function datasetFromIdx(
  { name, classes, classNames }: Pick<CatalogueEntry, 'name' | 'classes' | 'classNames'>,
  sources: Readonly<Record<IdxRole, IdxSource>>,
): Promise<Omit<Dataset, 'digest'>> {
  const headed = async (role: IdxRole): Promise<Headed> => {
    const source = sources[role];
    const what = role.endsWith('images') ? 'images' : 'labels';
    return { source, header: readIdxHeader(await source.first(IDX_HEADER), source.name, what) };
  };
  const train = { images: await headed('train-images'), labels: await headed('train-labels') };
  const test = { images: await headed('test-images'), labels: await headed('test-labels') };
  for (const { images, labels } of [train, test]) {
    if (labels.header.sizes[0] !== images.header.sizes[0]) {
      throw new InputError(
        `${labels.source.name}: expected ${images.header.sizes[0]} labels, one for each image of ${images.source.name}; found ${labels.header.sizes[0]}.`,
      );
    }
  }
  const [, height, width] = train.images.header.sizes;
  const [, otherHeight, otherWidth] = test.images.header.sizes;
  if (height !== otherHeight || width !== otherWidth) {
    throw new InputError(
      `${name}: training images are ${height} x ${width}, test images ${otherHeight} x ${otherWidth}; expected the same.`,
    );
  }
  const splits = { train: await readSplit(train, classes), test: await readSplit(test, classes) };
  return { name, shape: { channels: 1, height, width }, classes, classNames, ...splits };
}

async function readSplit({ images, labels }: { images: Headed; labels: Headed }, classes: number): Promise<ImageSplit> {
  const read = ({ source, header }: Headed) => source.read(header.length);
  const decoded = decodeIdxImages(await read(images), images.source.name);
  return {
    images: decoded.images,
    labels: decodeIdxLabels(await read(labels), labels.source.name, classes),
    count: decoded.count,
  };
}
