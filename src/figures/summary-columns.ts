import type { Summary } from '../analysis/index.js';
import type { Row } from './figure.js';

/** A mean over trials as columns of numbers with its 95% t interval. */
export function summaryColumns(name: string, summary: Summary, scale: number): Row {
  return {
    [`${name}_mean`]: summary.mean * scale,
    [`${name}_ci95_low`]: summary.interval && summary.interval.low * scale,
    [`${name}_ci95_high`]: summary.interval && summary.interval.high * scale,
  };
}
