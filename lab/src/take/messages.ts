import type { CellPart, FinishedCell, RunResults } from 'lottery-lab/experiments';

/** A cell's tensors as a file of this kind. */
export type TensorFormat = 'safetensors' | 'npz';

export type TakeRequest =
  | { readonly kind: 'report' | 'trainings' | 'tables'; readonly results: RunResults }
  | {
      readonly kind: 'cell';
      readonly cell: FinishedCell;
      readonly part: CellPart;
      readonly format: TensorFormat;
    };

/** A file to be saved. */
export type TakeReply =
  | { readonly kind: 'file'; readonly name: string; readonly content: Blob }
  | { readonly kind: 'error'; readonly message: string };
