import type { OperationNote } from '../kernels/program.js';
import type { Stream } from '../random/stream.js';
import type { PlacedMap } from './buffers.js';
import { LANES, pitches } from './maps.js';
import { valuesOf } from './notes.js';
import type { Pass } from './pass.js';
import type { DataForm } from './resident.js';
import type { Augmentation } from './types.js';

/** Where a program finds the images, labels and normalisation it reads. */
export interface BatchSource extends DataForm {
  readonly images: number;
  readonly labels: number;
  /** Int32 places in `images`, in the order in which they are read. */
  readonly indices: number;
  readonly scale: number;
  readonly shift: number;
  /** Random changes, and the stream they are drawn from. */
  readonly augmentation?: { readonly settings: Augmentation; readonly stream: Stream };
}

/** Reads the images of the batch that is due, normalised and augmented, into the network's input. */
export function addGather(
  { builder, state, size }: Pick<Pass, 'builder' | 'state' | 'size'>,
  { images, indices, scale, shift, floats, augmentation }: BatchSource,
  input: PlacedMap,
): void {
  const { channels, height, width } = input.layout.shape;
  const { blocks } = size;
  const values = valuesOf(input.layout, size);
  const note: OperationNote = {
    shape: `${channels} x ${height * width}, ${blocks} blocks`,
    flops: 2 * values,
    bytes: values * (floats ? 8 : 5),
  };
  const common = { state, images, indices, scale, shift, blocks, channels, floats: floats ? 1 : 0 };
  if (input.layout.border === 0 && augmentation === undefined) {
    builder.add('gather', { ...common, y: input.base, pixels: height * width }, note);
    return;
  }
  const { key, lane } = augmentation?.stream ?? { key: [0, 0], lane: [0, 0] };
  builder.add(
    'gather_maps',
    {
      ...common,
      y: input.first,
      rows: height,
      columns: width,
      ...pitches('y', input.layout),
      padding: augmentation?.settings.padding ?? 0,
      flip: augmentation?.settings.flip ? 1 : 0,
      key0: key[0],
      key1: key[1],
      lane0: lane[0],
    },
    note,
  );
}

/**
 * Adds the batch's cross-entropy and correct answers to the program's state.
 *
 * @param logits byte offset of the logits, `[block][class][16]`
 * @param dy byte offset at which their gradient is written; 0 for none
 * @param smoothing share of the label that is spread over all classes
 */
export function addLoss(
  { builder, state, size }: Pick<Pass, 'builder' | 'state' | 'size'>,
  { labels, indices, wideLabels }: BatchSource,
  classes: number,
  logits: number,
  dy: number,
  smoothing: number,
): void {
  const n = classes * size.blocks * LANES;
  builder.add(
    'cross_entropy',
    { state, logits, labels, indices, dy, blocks: size.blocks, classes, smoothing, wide_labels: wideLabels ? 1 : 0 },
    { shape: `${classes} classes, ${size.blocks} blocks`, flops: (dy ? 8 : 4) * n, bytes: (dy ? 8 : 4) * n },
  );
}
