import { type Comparison, conditionName, levelRows } from '../analysis/index.js';

/** A table as people read it, numbers already written: for a page, and for a file. */
export interface ReportTable {
  /** File name without ending. */
  readonly id: string;
  readonly head: readonly string[];
  /** As many texts a row as the head has. */
  readonly rows: readonly (readonly string[])[];
}

/** A run level by level: what tickets showed, and each opponent that they are compared with. */
export function levelTable(comparison: Comparison): ReportTable {
  const rows = levelRows(comparison);
  const isTimed = comparison.measures.loss !== null;
  const opponents = [...new Set(rows.flatMap(({ contrasts }) => contrasts.map(({ against }) => against)))];
  const head = [
    'level',
    'weights remaining (%)',
    ...(isTimed ? [`iterations to a validation loss of ${comparison.measures.loss}`] : []),
    'mean validation loss',
    'early stop (iteration)',
    'least to greatest',
    'test accuracy at early stop',
    'at the end',
    ...opponents.flatMap((name) => [
      ...(isTimed ? [`times as fast as ${conditionName(name)}`] : []),
      `mean loss over that of ${conditionName(name)}`,
      'times as early',
      'accuracy against it (points)',
    ]),
  ];
  const body = rows.map((row) => [
    `${row.level}`,
    row.pm,
    ...(isTimed ? [row.timeToLoss] : []),
    row.loss,
    row.earlyStop,
    row.earlyStopRange,
    row.testAtEarlyStop,
    row.testAtEnd,
    ...opponents.flatMap((name) => {
      const contrast = row.contrasts.find(({ against }) => against === name);
      const numbers = [...(isTimed ? [contrast?.speed] : []), contrast?.loss, contrast?.earlyStop, contrast?.accuracy];
      return numbers.map((number) =>
        number === undefined ? '' : `${number.text}${number.interval ? ` (${number.interval})` : ''}`,
      );
    }),
  ]);
  return { id: 'levels', head, rows: body };
}
