/**
 * What a study found, as plain data: made from finished cells by the experiments room, read by tables, figures, reports
 * and `--json`.
 */

import type { MeasuredStudy } from '../analysis/study.js';
import type { RunResults } from './results.js';

export type { StudyCost, StudyKind, StudyPoint, StudyScheme } from '../analysis/study.js';

export interface StudyResults
  extends MeasuredStudy,
    Pick<RunResults, 'name' | 'command' | 'specification' | 'dataset' | 'network' | 'digest' | 'provenance'> {}
