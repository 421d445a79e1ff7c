import { bootstrapOf, type Summary } from '../analysis/index.js';
import type { Row } from './figure.js';

/** A mean over trials as columns of numbers: with its 95% t interval, and that by the BCa bootstrap of trials. */
export function summaryColumns(name: string, summary: Summary, scale: number): Row {
  const bootstrap = bootstrapOf(summary);
  return {
    [`${name}_mean`]: summary.mean * scale,
    [`${name}_ci95_low`]: summary.interval && summary.interval.low * scale,
    [`${name}_ci95_high`]: summary.interval && summary.interval.high * scale,
    [`${name}_bca95_low`]: bootstrap && bootstrap.low * scale,
    [`${name}_bca95_high`]: bootstrap && bootstrap.high * scale,
  };
}
