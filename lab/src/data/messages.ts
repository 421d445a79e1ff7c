import type { Dataset } from 'lottery-lab/data';
import type { RunSpecification } from 'lottery-lab/experiments';

/** What the page asks of the worker that makes data sets. */
export type DataRequest = { readonly id: number } & (
  | { readonly kind: 'make'; readonly data: RunSpecification['data'] }
  | { readonly kind: 'keep'; readonly files: readonly File[] }
);

/** What was kept of dropped files: the settings that mean it, and how it is called. */
export interface KeptData {
  /** `data.path` of one's own file, or `data.name` of a known set. */
  readonly setting: 'data.path' | 'data.name';
  readonly value: string;
  /** Images to learn from, and to test with. */
  readonly train: number;
  readonly test: number;
  /** Whether a validation set came with them. */
  readonly hasValidation: boolean;
  /** What is in it: `12,000 images to train, 2,000 to test, 28 x 28, 10 classes`. */
  readonly about: string;
  /** What of it was not used, and what it is taken for. */
  readonly notes: readonly string[];
}

export type DataReply = { readonly id: number } & (
  | { readonly kind: 'dataset'; readonly dataset: Dataset }
  | { readonly kind: 'kept'; readonly kept: KeptData }
  | { readonly kind: 'error'; readonly message: string }
);
