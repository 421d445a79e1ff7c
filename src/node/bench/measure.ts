import { availableParallelism } from 'node:os';
import type { Case, Group } from './cases.js';
import type { Prepared, Test, Timing } from './protocol.js';
import { type MachineTimes, type Watched, wasDisturbed, wasInterrupted, watchedBetween } from './watch.js';

/** A running engine, as `EngineProcess` is one. */
export interface Engine {
  prepare(test: Test, threads: number): Promise<Prepared>;
  run(part: number, times: number): Promise<Timing>;
  close(): Promise<void>;
}

export interface MeasureOptions {
  /** Starts the engine of a case in a process of its own. */
  readonly start: (one: Case) => Promise<Engine>;
  /** Reads the machine's clocks. */
  readonly watch: () => MachineTimes;
  readonly launches: number;
  readonly rounds: number;
  readonly onProgress: (text: string) => void;
}

/** Samples of one case, or of one operation of it. */
export interface Measured {
  readonly case: Case;
  /** The operation, where operations are timed by themselves. */
  readonly part?: string;
  /** Milliseconds of one repetition, one a round, the rounds of all launches in their order. */
  readonly ms: number[];
  /** Processor time over wall time of all samples: how many cores the case used. */
  cores: number;
  readonly density?: number;
  readonly flops?: number;
  bytes?: number;
}

/** How quiet the machine was. */
export interface Quiet {
  /** Rounds whose samples count. */
  rounds: number;
  /** Those of them that were disturbed, after they had been taken again. */
  disturbedRounds: number;
  /** Rounds taken in all. */
  takenRounds: number;
  /** Blocks taken in all, and those that were taken again because they were interrupted. */
  blocks: number;
  takenAgain: number;
  /** Cores that others used, and the share of time that was stolen: the most in any round whose samples count. */
  others: number;
  steal: number;
}

export const noRounds = (): Quiet => ({
  rounds: 0,
  disturbedRounds: 0,
  takenRounds: 0,
  blocks: 0,
  takenAgain: 0,
  others: 0,
  steal: 0,
});

/** Milliseconds that a block lasts at least, so that neither clock matters: a step, or as many as fill it. */
const BLOCK_MS = 80;
/** Milliseconds that each part runs before it is timed: code is compiled, caches fill, the processor wakes. */
const WARM_MS = 300;
/** Times that an interrupted block is taken again, at most. */
const AGAIN = 2;

/** A case whose engine runs, with how often each of its parts is repeated in a block. */
interface Ready {
  readonly one: Case;
  readonly engine: Engine;
  readonly prepared: Prepared;
  readonly times: number[];
}

/** One sample of every part of every case. */
interface Round {
  readonly samples: readonly (readonly Timing[])[];
  readonly watched: Watched;
  readonly disturbed: boolean;
}

/**
 * Times the cases of a group in turns: in each round every case runs one short block, one after another, beginning with
 * another case each time. A block that was interrupted is taken again at once; a round in which the machine did something
 * else, or in which a block stayed interrupted, is taken again as a whole, half as many rounds more at most.
 *
 * @returns samples of all cases, as many and in the same order of rounds
 */
export async function measureGroup(
  group: Group,
  { start, watch, launches, rounds, onProgress }: MeasureOptions,
): Promise<{ measured: Measured[]; quiet: Quiet }> {
  const measured: Measured[] = [];
  const quiet = noRounds();
  for (let launch = 0; launch < launches; launch++) {
    const where = `${group.name}, launch ${launch + 1} of ${launches}`;
    onProgress(`${where}: starting ${group.cases.length} processes`);
    const ready = await startAll(group.cases, start);
    try {
      for (const one of ready) await naming(one.one, warmUp(one));
      const kept = await takeRounds(ready, watch, rounds, quiet, (text) => onProgress(`${where}: ${text}`));
      addSamples(measured, ready, kept);
    } finally {
      await Promise.all(ready.map(({ engine }) => engine.close()));
    }
  }
  return { measured, quiet };
}

/** Adds to an error which case it is of. */
function naming<T>({ engine, test }: Case, work: Promise<T>): Promise<T> {
  return work.catch((error: Error) => {
    const what = `${engine}, ${test.kind} of ${test.network} at density ${test.density}`;
    throw new Error(`${what}: ${error.message}`, { cause: error });
  });
}

/** Starts and prepares every case, as many at once as there are cores. */
async function startAll(cases: readonly Case[], start: MeasureOptions['start']): Promise<Ready[]> {
  const ready: Ready[] = [];
  const width = availableParallelism();
  for (let first = 0; first < cases.length; first += width) {
    const some = cases.slice(first, first + width).map(async (one): Promise<Ready> => {
      const engine = await start(one);
      const prepared = await naming(one, engine.prepare(one.test, one.threads)).catch(async (error) => {
        await engine.close();
        throw error;
      });
      return { one, engine, prepared, times: prepared.parts.map(() => 1) };
    });
    const settled = await Promise.allSettled(some);
    ready.push(...settled.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : [])));
    const failed = settled.find((outcome) => outcome.status === 'rejected');
    if (failed) {
      await Promise.all(ready.map(({ engine }) => engine.close()));
      throw failed.reason;
    }
  }
  return ready;
}

/** Whether the parts of a case are steps of one thing, each needing the one before it, rather than things by themselves. */
const isSequence = ({ test }: Case) => test.kind === 'ladder';

/** Runs every part until it is warm, and finds how many repetitions fill a block. */
async function warmUp({ one, engine, prepared, times }: Ready): Promise<void> {
  if (isSequence(one)) await engine.run(0, 1);
  // A level of a ladder and a run of cells last for seconds: each is a block by itself.
  if (isSequence(one) || one.test.kind === 'cells') return;
  for (const part of prepared.parts.keys()) {
    let ran = 0;
    let fastest = Number.POSITIVE_INFINITY;
    for (let count = 1; ran < WARM_MS; count = Math.ceil(Math.min(2 * count, BLOCK_MS / fastest))) {
      const { wall } = await engine.run(part, count);
      ran += wall;
      fastest = Math.min(fastest, Math.max(wall / count, 1e-4));
    }
    times[part] = Math.ceil(BLOCK_MS / fastest);
  }
}

/** As many quiet rounds as were asked for, or else those that came nearest to it. */
async function takeRounds(
  ready: readonly Ready[],
  watch: () => MachineTimes,
  wanted: number,
  quiet: Quiet,
  say: (text: string) => void,
): Promise<Round[]> {
  const calm: Round[] = [];
  const disturbed: Round[] = [];
  const most = wanted + Math.ceil(wanted / 2);
  for (let taken = 0; calm.length < wanted; taken++) {
    // Where too few are left to reach what was asked for, there is nothing to gain.
    if (taken >= wanted && calm.length + (most - taken) < wanted) break;
    say(`round ${taken + 1}${disturbed.length > 0 ? `, ${disturbed.length} disturbed` : ''}`);
    const round = await takeRound(ready, watch, taken, quiet);
    (round.disturbed ? disturbed : calm).push(round);
  }
  const kept = [...calm, ...disturbed].slice(0, wanted);
  quiet.takenRounds += calm.length + disturbed.length;
  quiet.rounds += kept.length;
  quiet.disturbedRounds += kept.length - Math.min(calm.length, kept.length);
  for (const { watched } of kept) {
    quiet.others = Math.max(quiet.others, watched.others);
    quiet.steal = Math.max(quiet.steal, watched.steal);
  }
  return kept;
}

async function takeRound(
  ready: readonly Ready[],
  watch: () => MachineTimes,
  index: number,
  quiet: Quiet,
): Promise<Round> {
  const samples: Timing[][] = ready.map(() => []);
  const before = watch();
  const ownBefore = process.cpuUsage();
  let engines = 0;
  let spoiled = false;
  const parts = Math.max(...ready.map(({ prepared }) => prepared.parts.length));
  for (let part = 0; part < parts; part++) {
    for (let turn = 0; turn < ready.length; turn++) {
      const place = (turn + index) % ready.length;
      const { one, engine, times } = ready[place];
      if (part >= times.length) continue;
      let timing: Timing;
      for (let again = 0; ; again++) {
        timing = await engine.run(part, times[part]);
        engines += timing.cpu;
        quiet.blocks++;
        // A run of cells waits for its own disk and its own workers.
        if (one.test.kind === 'cells' || !wasInterrupted(timing) || spoiled) break;
        if (again === AGAIN) {
          // Once the round is spoiled its other blocks need not be taken again.
          spoiled = true;
          break;
        }
        quiet.takenAgain++;
      }
      samples[place].push(timing);
    }
  }
  const own = process.cpuUsage(ownBefore);
  const after = watch();
  const watched = watchedBetween(before, after, engines + (own.user + own.system) / 1000);
  return { samples, watched, disturbed: spoiled || wasDisturbed(watched, after.cores) };
}

/** Adds the samples of a launch to those of the launches before it. */
function addSamples(measured: Measured[], ready: readonly Ready[], rounds: readonly Round[]): void {
  const first = measured.length === 0;
  let row = 0;
  for (const [place, { one, prepared, times }] of ready.entries()) {
    const { parts, density, bytes } = prepared;
    const named = one.test.kind === 'operations';
    const rows = isSequence(one) ? [undefined] : parts;
    for (const [part, facts] of rows.entries()) {
      if (first) {
        measured.push({
          case: one,
          ...(named ? { part: facts?.name } : {}),
          ms: [],
          cores: 0,
          density,
          flops: facts?.flops,
          bytes,
        });
      }
      const entry = measured[row++];
      const before = entry.ms.length;
      const timings = rounds.map(({ samples }) => (facts === undefined ? sumOf(samples[place]) : samples[place][part]));
      const cores = timings.reduce((sum, { wall, cpu }) => sum + cpu / wall, 0);
      entry.ms.push(...timings.map(({ wall }) => wall / (facts === undefined ? 1 : times[part])));
      entry.cores = (entry.cores * before + cores) / entry.ms.length;
      for (const { bytes: held } of timings) if (held !== undefined) entry.bytes = Math.max(entry.bytes ?? 0, held);
    }
  }
}

const sumOf = (timings: readonly Timing[]): Timing => ({
  wall: timings.reduce((sum, { wall }) => sum + wall, 0),
  cpu: timings.reduce((sum, { cpu }) => sum + cpu, 0),
});
