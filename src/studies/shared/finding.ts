import type { Outcome } from '../../analysis/verdict.js';

/** One thing that a study found. */
export interface Finding {
  /** Null where it describes rather than tests. */
  readonly outcome: Outcome | null;
  /** In plain words, with the numbers, the interval and, where there is one, the verdict. */
  readonly text: string;
}
