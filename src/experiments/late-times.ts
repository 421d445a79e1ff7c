import { exceeds, type Length } from './length.js';
import type { RunSpecification } from './schema.js';

/** A time that training never comes to. */
export interface LateTime {
  readonly setting: string;
  readonly time: Length;
  readonly trouble: string;
}

/**
 * Times within training that lie beyond its end, where they can have no effect: falls of the learning rate, and ends and
 * periods of masks that change. A warm-up or a cosine that is longer than the run still shapes the part that is run.
 *
 * @param later whether one time is after another; undefined where their units differ and the data are not known yet
 * @param shown a time in messages
 */
export function lateTimes(
  { iterations, optimiser, pruning }: Pick<RunSpecification, 'iterations' | 'optimiser' | 'pruning'>,
  later: (a: Length, b: Length) => boolean | undefined = exceeds,
  shown: (length: Length) => string = String,
): LateTime[] {
  const { gradual = {}, earlyBird = {}, dynamic = {} } = pruning;
  const most: [setting: string, time: Length | undefined][] = [
    ['pruning.gradual.end', gradual.end],
    ['pruning.gradual.every', gradual.every],
    ['pruning.earlyBird.every', earlyBird.every],
    ['pruning.dynamic.every', dynamic.every],
    ['pruning.dynamic.until', dynamic.until],
  ];
  const less: [setting: string, time: Length | undefined][] = [
    ...(optimiser.schedule?.steps?.at ?? []).map((time): [string, Length] => ['optimiser.schedule.steps.at', time]),
    ['pruning.gradual.begin', gradual.begin],
  ];
  const found = (
    times: readonly [setting: string, time: Length | undefined][],
    isLate: (time: Length) => boolean,
    expected: string,
  ): LateTime[] =>
    times.flatMap(([setting, time]) => {
      if (time === undefined || !isLate(time)) return [];
      const verb = setting.endsWith('.at') ? 'has' : 'is';
      const trouble = `${setting} ${verb} ${shown(time)}, which the run never comes to; expected ${expected} iterations, ${shown(iterations)}.`;
      return [{ setting, time, trouble }];
    });
  return [
    ...found(most, (time) => later(time, iterations) === true, 'at most'),
    ...found(less, (time) => later(iterations, time) === false, 'less than'),
  ];
}
