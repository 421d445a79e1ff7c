/** Images with a class each, in memory. */
export interface ImageSplit {
  /** `[count][channel][row][column]`: bytes 0 .. 255, or floats of which 0 .. 1 is the usual range, where they are not 8-bit. */
  readonly images: Uint8Array | Float32Array;
  /** `[count]`, 0 .. classes - 1; words of 16 bits where there are more than 256 classes. */
  readonly labels: Uint8Array | Uint16Array;
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
  /** How many of the last examples of `train` are a validation set that came with the data; absent: it is split from `train`. */
  readonly ownValidation?: number;
  /** What was done to each image by itself; absent: nothing. */
  readonly normalised?: 'unit-length';
  /** SHA-256 in hex of the decoded content (`datasetDigest`): part of the identity of every cell trained on it. */
  readonly digest: string;
}
