/** Images of 8-bit values with a class each, in memory. */
export interface ImageSplit {
  /** `[count][channel][row][column]`, 0 .. 255. */
  readonly images: Uint8Array;
  /** `[count]`, 0 .. classes - 1. */
  readonly labels: Uint8Array;
  readonly count: number;
}

/** A data set: a training set, from which a validation set is split, and a test set. */
export interface Dataset {
  readonly name: string;
  readonly shape: { readonly channels: number; readonly height: number; readonly width: number };
  readonly classes: number;
  readonly classNames: readonly string[];
  readonly train: ImageSplit;
  readonly test: ImageSplit;
  /** SHA-256 in hex of the decoded content (`datasetDigest`): part of the identity of every cell trained on it. */
  readonly digest: string;
}
