/** What a graph must know of the data: everything but the pixels. */
export interface DatasetFacts {
  readonly name: string;
  readonly digest: string;
  readonly shape: { readonly channels: number; readonly height: number; readonly width: number };
  readonly classes: number;
  readonly train: { readonly count: number };
  readonly test: { readonly count: number };
  /** How many of the last training examples are a validation set that came with the data; absent: there is none. */
  readonly ownValidation?: number | undefined;
  /** What was done to each image by itself; absent: nothing. */
  readonly normalised?: 'unit-length' | undefined;
}
