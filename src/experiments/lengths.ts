import { InputError } from '../networks/errors.js';
import type { LearningRateSchedule } from '../training/types.js';
import { lateTimes } from './late-times.js';
import { epochSteps, iterationsOf, type Length, LONGEST } from './length.js';
import type { RunSpecification } from './schema.js';

/** Every length of a run in iterations. */
export interface Lengths {
  /** Steps of one epoch. */
  readonly epoch: number;
  readonly iterations: number;
  readonly evaluateEvery: number;
  readonly rewind: number;
  /** Iterations whose weights the dense training keeps, ascending: the one rewound to unless that is 0, and those asked for. */
  readonly snapshots: readonly number[];
  readonly schedule: LearningRateSchedule;
  /** Of learning a mask: its length, and the schedule of its scores' rate. */
  readonly learning: Pick<Lengths, 'iterations' | 'schedule'>;
}

/**
 * A run's lengths in iterations, once the data are known.
 *
 * @param examples training examples, those held out for validation not counted
 * @throws InputError when a length is longer than the run it is part of, or steps are out of order
 */
export function lengthsOf(specification: RunSpecification, examples: number): Lengths {
  const { batch, iterations, evaluateEvery, rewind, snapshots = [], optimiser } = specification;
  const { schedule } = optimiser;
  const epoch = epochSteps(examples, batch);
  const steps = (length: Length): number => iterationsOf(length, epoch);
  const shown = (length: Length): string =>
    typeof length === 'number' ? String(length) : `${length} (${steps(length)} iterations)`;
  const end = steps(iterations);
  if (end > LONGEST) throw new InputError(`iterations is ${shown(iterations)}; expected at most ${LONGEST}.`);
  for (const [name, length] of [
    ['rewind', rewind],
    ['evaluateEvery', evaluateEvery],
    ...snapshots.map((length) => ['snapshots', length] as const),
  ] as const) {
    if (steps(length) > end) {
      throw new InputError(
        `${name} ${name === 'snapshots' ? 'has' : 'is'} ${shown(length)}; expected at most iterations, ${shown(iterations)}.`,
      );
    }
  }
  const [late] = lateTimes(specification, (a, b) => steps(a) > steps(b), shown);
  if (late !== undefined) throw new InputError(late.trouble);
  const learned = specification.pruning.learned ?? {};
  const learning = steps(learned.iterations ?? iterations);
  if (learning > LONGEST) {
    throw new InputError(
      `pruning.learned.iterations is ${shown(learned.iterations as Length)}; expected at most ${LONGEST}.`,
    );
  }
  const own = learned.optimiser === undefined || learned.optimiser === 'run' ? undefined : learned.optimiser;
  const whole = rateSchedule(schedule, 'optimiser', end, steps, shown);
  return {
    epoch,
    iterations: end,
    evaluateEvery: steps(evaluateEvery),
    rewind: steps(rewind),
    snapshots: [...new Set([rewind, ...snapshots].map(steps))].filter((at) => at > 0).sort((a, b) => a - b),
    schedule: whole,
    learning: {
      iterations: learning,
      schedule: own ? rateSchedule(own.schedule, 'pruning.learned.optimiser', learning, steps, shown) : whole,
    },
  };
}

/**
 * @param setting the optimiser whose schedule it is, for messages
 * @param end where a cosine ends by default
 * @throws InputError when steps are out of order
 */
function rateSchedule(
  schedule: RunSpecification['optimiser']['schedule'],
  setting: string,
  end: number,
  steps: (length: Length) => number,
  shown: (length: Length) => string,
): LearningRateSchedule {
  const at = schedule?.steps?.at ?? [];
  for (let i = 1; i < at.length; i++) {
    if (steps(at[i]) <= steps(at[i - 1])) {
      throw new InputError(
        `${setting}.schedule.steps.at has ${shown(at[i])} after ${shown(at[i - 1])}; expected each to be later than the one before.`,
      );
    }
  }
  let shape: LearningRateSchedule['shape'] = { kind: 'constant' };
  if (schedule?.steps !== undefined) {
    shape = { kind: 'steps', at: at.map(steps), factor: schedule.steps.factor };
  } else if (schedule?.cosine !== undefined) {
    const { until, floor } = schedule.cosine;
    shape = { kind: 'cosine', until: until === undefined ? end : steps(until), floor };
  }
  return { warmup: steps(schedule?.warmup ?? 0), shape };
}
