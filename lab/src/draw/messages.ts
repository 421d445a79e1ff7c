import type { Dataset, ImageSplit } from 'lottery-lab/data';
import type { Mask, Network, Tensors } from 'lottery-lab/networks';
import type { Normalisation } from 'lottery-lab/training';

/** A trained network as the worker takes it. */
export interface TrainedNetwork {
  readonly network: Network;
  readonly normalisation: Normalisation;
  readonly weights: Tensors;
  /** Null where every weight counts, those that were pruned and stayed as they were included. */
  readonly mask: Mask | null;
}

/** What an image has to be like, so that networks of a data set can read it. */
export type ImageForm = Pick<Dataset, 'shape' | 'classes' | 'classNames' | 'normalised'>;

export type DrawRequest =
  | {
      readonly kind: 'networks';
      readonly id: number;
      readonly form: ImageForm;
      readonly networks: readonly TrainedNetwork[];
    }
  /** An image as the data has them, bytes or floats. */
  | { readonly kind: 'look'; readonly id: number; readonly pixels: Uint8Array | Float32Array }
  /** The whole test set. */
  | { readonly kind: 'compare'; readonly id: number; readonly test: ImageSplit };

export type DrawReply =
  | { readonly kind: 'ready'; readonly id: number }
  /** Probabilities of the classes, of each network in the order in which they were given. */
  | { readonly kind: 'seen'; readonly id: number; readonly probabilities: readonly (readonly number[])[] }
  /** Places in the test set of images that not all networks take for the same. */
  | { readonly kind: 'compared'; readonly id: number; readonly places: readonly number[] }
  | { readonly kind: 'error'; readonly id: number; readonly message: string };
