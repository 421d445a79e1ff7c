import { type Comparison, findContrast, findGroup, type MetricContrast } from './comparison.js';
import {
  formatDensity,
  formatFixed,
  formatInteger,
  formatInterval,
  formatShare,
  formatSigned,
  ratioFormat,
} from './format.js';
import { inverse } from './log-ratio.js';
import type { Summary } from './summary.js';

/** One comparison in words; texts are empty where there is nothing to show. */
export interface RowNumber {
  readonly text: string;
  /** 95%. */
  readonly interval: string;
  /** `+` where the ticket is better, `-` worse, by p after Holm's correction over the levels; `~` undecided. */
  readonly sign: '+' | '-' | '~';
}

/** One opponent in one row: the ticket against it, paired by trial. */
export interface RowContrast {
  readonly against: string;
  /** How many times as fast the ticket reaches the given validation loss: 2.5 means in 40% of the iterations. */
  readonly speed: RowNumber;
  /** Mean validation loss of the ticket over that of the opponent. */
  readonly loss: RowNumber;
  /** How many times as early the ticket stops. */
  readonly earlyStop: RowNumber;
  /** Difference in test accuracy at early stop, in percentage points. */
  readonly accuracy: RowNumber;
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
  /** Mean time to the given validation loss, in iterations: "≥ 480" where some never reach it. Empty where the run has none. */
  readonly timeToLoss: string;
  /** Mean validation loss while training, in nats. */
  readonly loss: string;
  /** Mean early-stop iteration, and its least and greatest over trials. Empty where every cell diverged. */
  readonly earlyStop: string;
  readonly earlyStopRange: string;
  readonly testAtEarlyStop: string;
  readonly testAtEnd: string;
  readonly contrasts: readonly RowContrast[];
}

function sign({ mean, holmP }: MetricContrast, better: 'below' | 'above'): '+' | '-' | '~' {
  if (holmP === null || mean === null || !(holmP < 0.05)) return '~';
  return mean < 0 === (better === 'below') ? '+' : '-';
}

const points = (value: number) => formatSigned(value * 100, 2);
const two = (value: number) => formatFixed(value, 2);

/** How many times as fast or as early: the other's time over the ticket's. */
function times(contrast: MetricContrast): RowNumber {
  const { ratio, ratioInterval } = contrast;
  const speeds = ratioInterval && inverse(ratioInterval);
  const format = ratioFormat(speeds);
  return {
    text: ratio === null ? '' : `${format(1 / ratio)}x`,
    interval: speeds === null ? '' : formatInterval(speeds, format),
    sign: sign(contrast, 'below'),
  };
}

function lossRatio(contrast: MetricContrast): RowNumber {
  const { ratio, ratioInterval } = contrast;
  return {
    text: ratio === null ? '' : two(ratio),
    interval: ratioInterval === null ? '' : formatInterval(ratioInterval, two),
    sign: sign(contrast, 'below'),
  };
}

function accuracy(contrast: MetricContrast): RowNumber {
  const { mean, interval } = contrast;
  return {
    text: mean === null ? '' : points(mean),
    interval: interval === null ? '' : formatInterval(interval, points),
    sign: sign(contrast, 'above'),
  };
}

/** The rows of the table by level, numbers already written as a reader wants them. */
export function levelRows(comparison: Comparison): LevelRow[] {
  return comparison.levels.flatMap((level): LevelRow[] => {
    const condition = level.level === 0 ? 'dense' : 'ticket';
    const group = findGroup(level, condition);
    if (group === undefined) return [];
    const { timeToLoss, lossArea, earlyStop, testAtEarlyStop, testAtEnd } = group.metrics;
    const share = (summary: Summary | null) => (summary === null ? '' : formatShare(summary.mean));
    const atLeast = group.neverReached === 0 ? '' : '\u2265 ';
    return [
      {
        level: level.level,
        density: level.density,
        pm: formatDensity(level.density),
        condition,
        trials: earlyStop?.n ?? 0,
        diverged: group.diverged,
        timeToLoss: timeToLoss === null ? '' : `${atLeast}${formatInteger(timeToLoss.mean)}`,
        loss: lossArea === null ? '' : formatFixed(lossArea.mean, 3),
        earlyStop: earlyStop === null ? '' : formatInteger(earlyStop.mean),
        earlyStopRange: earlyStop === null ? '' : `${formatInteger(earlyStop.min)} to ${formatInteger(earlyStop.max)}`,
        testAtEarlyStop: share(testAtEarlyStop),
        testAtEnd: share(testAtEnd),
        contrasts: ['dense', ...comparison.controls].flatMap((against) => {
          const found = findContrast(level, against)?.metrics;
          return found === undefined
            ? []
            : [
                {
                  against,
                  speed: times(found.timeToLoss),
                  loss: lossRatio(found.lossArea),
                  earlyStop: times(found.earlyStop),
                  accuracy: accuracy(found.testAtEarlyStop),
                },
              ];
        }),
      },
    ];
  });
}
