/** A table as people read it: numbers already written. */
export interface StudyTable {
  readonly id: string;
  readonly title: string;
  /** How to read it. */
  readonly note: string;
  readonly head: readonly string[];
  /** As many texts a row as the head has. */
  readonly rows: readonly (readonly string[])[];
}
