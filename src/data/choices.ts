/** What a person decides about data where to infer it would be a guess. */
export interface DataChoices {
  /** What the smallest and largest possible pixel are: mapped to 0 .. 1. */
  readonly range?: readonly [number, number] | undefined;
  /** Where channels stand. */
  readonly channels?: 'first' | 'last' | undefined;
  /** `[height, width]` or `[channels, height, width]` of images that are stored flat. */
  readonly shape?: readonly number[] | undefined;
  /** What becomes of pixels that are not opaque. */
  readonly transparency?: 'ignore' | 'black' | 'white' | undefined;
}

/** The name of a part of the data in sentences. */
export type PartName = 'training' | 'validation' | 'test';
