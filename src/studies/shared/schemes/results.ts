/**
 * What a study found, as plain data: made from finished cells by the experiments room, read by tables, figures, reports
 * and `--json`.
 */

import type { RunResults } from '../../../experiments/results.js';
import type { MeasuredStudy } from './found.js';

export type { StudyCost, StudyKind, StudyPoint, StudyScheme } from './found.js';

export interface StudyResults
  extends MeasuredStudy,
    Pick<RunResults, 'name' | 'command' | 'specification' | 'dataset' | 'network' | 'digest' | 'provenance'> {}
