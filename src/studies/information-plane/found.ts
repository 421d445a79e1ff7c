import type { EstimatorName, EstimatorSettings } from '../../analysis/information/estimators.js';
import type { MeasuredInformation } from '../../analysis/information/measured.js';

/** One training of a study, and what was estimated of it. */
export interface InformationCourse {
  /** `dense`, `ticket`, `reinitialise` or `random-mask`. */
  readonly condition: string;
  /** From 0; courses of one trial share split, order of examples and the examples looked at. */
  readonly trial: number;
  readonly measured: MeasuredInformation;
}

/** Everything that a study of the information plane found so far. */
export interface InformationFound {
  /** Share of weights that tickets and controls keep. */
  readonly density: number;
  readonly trials: number;
  /** Those that are shown, in the order of figures. */
  readonly conditions: readonly string[];
  readonly estimators: readonly EstimatorName[];
  readonly settings: EstimatorSettings;
  /** Where the examples come from. */
  readonly from: 'train' | 'test' | 'all';
  readonly courses: readonly InformationCourse[];
  /** Trainings that are looked at when all is finished. */
  readonly planned: number;
  /** Trainings that diverged and so are in no figure. */
  readonly diverged: readonly { readonly condition: string; readonly trial: number }[];
}
