import type { RunResults } from 'lottery-lab/experiments';
import type { Figure } from 'lottery-lab/figures';
import type { StudyView } from 'lottery-lab/laboratory';

/** What figures are to be of. */
export type FiguresRequest =
  | { readonly kind: 'run'; readonly results: RunResults }
  | { readonly kind: 'study'; readonly outcome: StudyView['outcome'] };

export type FiguresReply =
  | { readonly kind: 'figures'; readonly figures: readonly Figure[] }
  | { readonly kind: 'error'; readonly message: string };
