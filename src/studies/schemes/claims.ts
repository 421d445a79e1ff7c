import { conditionName } from '../../analysis/conditions.js';
import { type Verdict, verdict } from '../../analysis/verdict.js';
import type { StudyContrast, StudyEntry } from '../shared/schemes/compare.js';
import type { StudyScheme } from '../shared/schemes/found.js';
import type { ControlColumns } from '../shared/schemes/tables.js';

/**
 * Schemes of which Frankle, Dziugaite, Roy and Carbin, "Pruning Neural Networks at Initialization: Why Are We Missing the
 * Mark?" (2021), report that shuffling the mask within layers and re-initialising leave the accuracy as it was or better.
 * Large initial magnitude is their magnitude at initialisation.
 */
const leftAlone: ReadonlySet<string> = new Set([
  'snip',
  'grasp',
  'synflow',
  'large-initial',
  'magnitude-at-initialisation',
]);

/** What that paper says of a scheme's tickets beside their controls. */
export type PaperClaim = 'more accurate' | 'no more accurate';

/** Controls as that paper has them. Its inverted masks keep the weights of lowest score, which is another thing than a draw of what was pruned. */
const ofPaper: ReadonlySet<string> = new Set(['reinitialise', 'random-mask', 'shuffled']);

/** Null for a scheme, or a control, that the paper does not treat. */
export function paperClaim({ name, reference }: StudyScheme, control: string): PaperClaim | null {
  if (!ofPaper.has(control)) return null;
  if (reference === 'imp') return 'more accurate';
  return leftAlone.has(name) ? 'no more accurate' : null;
}

/** Whether this study bears a claim out. That a difference was not found does not support that there is none. */
export function judgeClaim(claim: PaperClaim, contrast: StudyContrast): Verdict {
  return verdict(contrast, claim === 'more accurate' ? 'above' : 'below', contrast.holmP);
}

/** Columns of the table of controls: the paper's claims, held against the trials. */
export const claimColumns: ControlColumns = {
  note: 'The last columns hold Frankle et al. (2021) against the trials: of IMP, that the ticket is more accurate than the control; of SNIP, GraSP, SynFlow and magnitude at initialisation, that the control is as accurate or more, which is undecided where no difference is found.',
  head: (control) => (ofPaper.has(control) ? `Frankle et al. 2021 on ${conditionName(control)}` : null),
  cell({ scheme, toControls }: StudyEntry, control) {
    const claim = paperClaim(scheme, control);
    const contrast = toControls[control];
    return claim === null || contrast === undefined ? '' : judgeClaim(claim, contrast).outcome;
  },
};
