import { type Comparison, findContrast, findGroup, type MetricContrast } from './comparison.js';
import { formatDensity, formatInteger, formatInterval, formatShare, formatSigned } from './format.js';
import type { Summary } from './summary.js';

/** One opponent in one row, in words: means first, then the 95% interval, empty with one trial. */
export interface RowContrast {
  readonly against: string;
  /** Early stop of the opponent over that of the ticket: 2.51x means that the ticket stops 2.51 times as soon. */
  readonly speed: string;
  /** Difference in early-stop iteration, ticket minus opponent. */
  readonly earlyStop: string;
  readonly earlyStopInterval: string;
  /** Difference in test accuracy at early stop, in percentage points. */
  readonly accuracy: string;
  readonly accuracyInterval: string;
  /** `+` where the interval says that the ticket is better, `-` worse, `~` undecided. */
  readonly earlyStopSign: '+' | '-' | '~';
  readonly accuracySign: '+' | '-' | '~';
}

/** One level of a run, as a table shows it. The first row is the dense network. */
export interface LevelRow {
  readonly level: number;
  readonly density: number;
  /** Percentage of weights remaining: "21.1". */
  readonly pm: string;
  readonly condition: 'dense' | 'ticket';
  /** Trials averaged. */
  readonly trials: number;
  readonly diverged: number;
  /** Mean early-stop iteration, and its least and greatest over trials. Empty where every cell diverged. */
  readonly earlyStop: string;
  readonly earlyStopRange: string;
  readonly validationAtEarlyStop: string;
  readonly testAtEarlyStop: string;
  readonly testAtEnd: string;
  readonly contrasts: readonly RowContrast[];
}

function sign(contrast: MetricContrast, better: 'below' | 'above'): '+' | '-' | '~' {
  if (contrast.interval === null || contrast.p === null) return '~';
  const { low, high } = contrast.interval;
  if (!(high < 0 || low > 0)) return '~';
  return high < 0 === (better === 'below') ? '+' : '-';
}

const points = (value: number) => formatSigned(value * 100, 2);
const steps = (value: number) => formatSigned(value, 0);

function rowContrast(against: string, earlyStop: MetricContrast, accuracy: MetricContrast): RowContrast {
  return {
    against,
    speed: earlyStop.ratio === null || earlyStop.ratio === 0 ? '' : `${(1 / earlyStop.ratio).toFixed(2)}x`,
    earlyStop: earlyStop.mean === null ? '' : steps(earlyStop.mean),
    earlyStopInterval: earlyStop.interval === null ? '' : formatInterval(earlyStop.interval, steps),
    accuracy: accuracy.mean === null ? '' : points(accuracy.mean),
    accuracyInterval: accuracy.interval === null ? '' : formatInterval(accuracy.interval, points),
    earlyStopSign: sign(earlyStop, 'below'),
    accuracySign: sign(accuracy, 'above'),
  };
}

/** The rows of the table by level, numbers already written as a reader wants them. */
export function levelRows(comparison: Comparison): LevelRow[] {
  return comparison.levels.flatMap((level): LevelRow[] => {
    const condition = level.level === 0 ? 'dense' : 'ticket';
    const group = findGroup(level, condition);
    if (group === undefined) return [];
    const { earlyStop, validationAtEarlyStop, testAtEarlyStop, testAtEnd } = group.metrics;
    const share = (summary: Summary | null) => (summary === null ? '' : formatShare(summary.mean));
    return [
      {
        level: level.level,
        density: level.density,
        pm: formatDensity(level.density),
        condition,
        trials: earlyStop?.n ?? 0,
        diverged: group.diverged,
        earlyStop: earlyStop === null ? '' : formatInteger(earlyStop.mean),
        earlyStopRange: earlyStop === null ? '' : `${formatInteger(earlyStop.min)} to ${formatInteger(earlyStop.max)}`,
        validationAtEarlyStop: share(validationAtEarlyStop),
        testAtEarlyStop: share(testAtEarlyStop),
        testAtEnd: share(testAtEnd),
        contrasts: ['dense', ...comparison.controls].flatMap((against) => {
          const found = findContrast(level, against);
          return found === undefined
            ? []
            : [rowContrast(against, found.metrics.earlyStop, found.metrics.testAtEarlyStop)];
        }),
      },
    ];
  });
}
