import type { ReportTable } from '../../figures/level-table.js';

/** A table of a study. */
export interface StudyTable extends ReportTable {
  readonly title: string;
  /** How to read it. */
  readonly note: string;
}
