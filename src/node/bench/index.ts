import type { Kernels } from '../../kernels/index.js';
import type { TrainingPlan } from '../../training/types.js';
import { loadChosenKernels } from '../kernels/index.js';
import { benchCores } from './cores.js';
import { benchLadder, LEVELS } from './ladder.js';
import { benchNetworkSteps, benchNetworks, type NetworkMemory } from './networks.js';
import { benchDataset, lenetPlan } from './plan.js';
import { findPyTorch, type PyTorch, samplePyTorch } from './pytorch.js';
import { type BenchRow, ours, rowOf } from './rows.js';
import { benchKernels, sampleStep, stepDensities } from './steps.js';

export type { BenchRow } from './rows.js';

/** What `lottery bench` can time. */
export const benchCases = ['steps', 'networks', 'kernels', 'ladder', 'cores'] as const;
export type BenchCaseName = (typeof benchCases)[number];

/** A comparison of two rows of one run: the first's median over the second's. */
export interface BenchRatio {
  readonly name: string;
  readonly value: number;
}

export interface BenchResult {
  readonly rows: readonly BenchRow[];
  readonly ratios: readonly BenchRatio[];
  /** Version of PyTorch where it was found, else null. */
  readonly pytorch: string | null;
  /** Largest memory that one worker held while it trained on data of MNIST's size; null when no cells were run. */
  readonly workerMemoryBytes: number | null;
  /** Memory that each convolutional network takes while it trains, by density. */
  readonly memory: readonly NetworkMemory[];
}

export interface BenchOptions {
  readonly cases: readonly BenchCaseName[];
  /** Rounds in which Lottery Lab and PyTorch take turns; each gives several samples. */
  readonly rounds: number;
  /** Workers compared with one. */
  readonly workers: number;
  readonly onProgress: (text: string) => void;
}

/** Samples of each side in a round. */
const SAMPLES = 9;

const median = (rows: readonly BenchRow[], find: (row: BenchRow) => boolean) => rows.find(find)?.msMedian;

/** Runs the benchmark: everything on one thread, except the run of cells. */
export async function bench({ cases, rounds, workers, onProgress }: BenchOptions): Promise<BenchResult> {
  const kernels = await loadChosenKernels();
  const dataset = benchDataset(kernels);
  const plan = lenetPlan(kernels, dataset);
  const wanted = new Set(cases);
  const rows: BenchRow[] = [];
  const ratios: BenchRatio[] = [];
  const compare = (name: string, above: number | undefined, below: number | undefined) => {
    if (above !== undefined && below !== undefined) ratios.push({ name, value: above / below });
  };
  let pytorch: PyTorch | null = null;
  let workerMemoryBytes: number | null = null;

  const memory: NetworkMemory[] = [];
  if (wanted.has('steps') || wanted.has('networks')) {
    onProgress('looking for PyTorch');
    pytorch = await findPyTorch();
  }
  if (wanted.has('steps')) {
    const steps = await benchSteps(kernels, plan, pytorch, rounds, onProgress);
    rows.push(...steps);
    const own = (density: number) =>
      median(steps, (row) => row.engine === ours.engine && Math.abs(row.density / density - 1) < 0.05);
    const peer = (masked: boolean) => median(steps, (row) => row.engine !== ours.engine && row.density < 1 === masked);
    compare('dense step / PyTorch dense step', own(1), peer(false));
    compare('dense step / PyTorch step with a mask multiplied in', own(1), peer(true));
    for (const density of stepDensities.slice(1)) compare(`step at ${density} / dense step`, own(density), own(1));
    compare('step at 0.036 / PyTorch step with a mask multiplied in', own(0.036), peer(true));
  }
  if (wanted.has('networks')) {
    const steps = await benchNetworkSteps(kernels, pytorch, rounds, onProgress);
    rows.push(...steps.rows);
    memory.push(...steps.memory);
    for (const { name } of benchNetworks) {
      const named = steps.rows.filter((row) => row.case.includes(name));
      const own = (density: number) =>
        median(named, (row) => row.engine === ours.engine && Math.abs(row.density / density - 1) < 0.05);
      const peer = median(named, (row) => row.engine !== ours.engine && row.density === 1);
      compare(`${name}: dense step / PyTorch dense step`, own(1), peer);
      compare(`${name}: step at 0.1 / PyTorch dense step`, own(0.1), peer);
      for (const density of [0.5, 0.2, 0.1, 0.05]) {
        compare(`${name}: step at ${density} / dense step`, own(density), own(1));
      }
    }
  }
  if (wanted.has('kernels')) {
    onProgress('each kernel by itself');
    rows.push(...benchKernels(kernels, plan, 15));
  }
  if (wanted.has('ladder')) {
    const ladder = await benchLadder(kernels, plan, (level) => onProgress(`ladder, level ${level} of ${LEVELS}`));
    rows.push(...ladder);
    compare(`ladder of ${LEVELS} levels / ${LEVELS} dense trainings`, ladder[1].msMedian, ladder[0].msMedian);
  }
  if (wanted.has('cores') && workers > 1) {
    const cores = await benchCores(dataset, workers, Math.min(3, rounds), onProgress);
    rows.push(...cores.rows);
    workerMemoryBytes = cores.peakMemoryBytes;
    compare(`one worker / ${workers} workers`, cores.rows[0].msMedian, cores.rows[1].msMedian);
  }
  for (const [index, row] of rows.entries()) {
    if (row.engine === ours.engine) rows[index] = { ...row, kernels: kernels.target };
  }
  return { rows, ratios, pytorch: pytorch?.version ?? null, workerMemoryBytes, memory };
}

/** Steps at every density and PyTorch's, in turns: what else the machine does falls on all of them. */
async function benchSteps(
  kernels: Kernels,
  plan: TrainingPlan,
  pytorch: PyTorch | null,
  rounds: number,
  onProgress: (text: string) => void,
): Promise<BenchRow[]> {
  const own = stepDensities.map((density) => ({ density, flops: 0, times: [] as number[] }));
  const dense: number[] = [];
  const masked: number[] = [];
  for (let round = 0; round < rounds; round++) {
    onProgress(`steps, round ${round + 1} of ${rounds}`);
    for (const [index, density] of stepDensities.entries()) {
      const { times, ...rest } = sampleStep(kernels, plan, density, SAMPLES);
      own[index] = { ...rest, times: [...own[index].times, ...times] };
    }
    if (pytorch === null) continue;
    onProgress(`steps in PyTorch, round ${round + 1} of ${rounds}`);
    const samples = await samplePyTorch(pytorch, SAMPLES);
    dense.push(...samples.dense);
    masked.push(...samples.masked);
  }
  const rows = own.map(({ density, flops, times }) => rowOf({ ...ours, case: 'step', density }, times, flops));
  if (pytorch !== null) {
    const peer = { engine: `pytorch ${pytorch.version}`, kernels: 'torch', threads: 1 };
    rows.push(rowOf({ ...peer, case: 'step', density: 1 }, dense));
    rows.push(rowOf({ ...peer, case: 'step, mask multiplied in', density: 0.036 }, masked));
  }
  return rows;
}
