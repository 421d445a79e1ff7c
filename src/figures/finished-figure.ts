// Apart from what draws figures, whose types are Plot's: those who read figures need none of them.

/** A figure: what it shows in words, the picture, and its numbers. */
export interface Figure {
  /** File name without ending. */
  readonly id: string;
  readonly title: string;
  /** How to read it. */
  readonly caption: string;
  readonly svg: string;
  /** HTML that a report shows in place of the picture, such as a slider over many; absent where the picture is all. */
  readonly interactive?: string;
  /** Header row, then numbers; units stand in the column names. */
  readonly csv: string;
}
