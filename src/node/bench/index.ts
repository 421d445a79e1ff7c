import { cpus, platform } from 'node:os';
import { findNative } from '../kernels/index.js';
import { packageVersion } from '../version.js';
import { type Case, type EngineId, engineNames, type Group, type SectionName, sections } from './cases.js';
import { EngineProcess } from './engine-process.js';
import { findEngines } from './engines.js';
import { measureGroup } from './measure.js';
import { measurePeak, type Peak } from './peak.js';
import type { Results, Row, SectionQuiet } from './results.js';
import { othersAllowed, readLoad, readMachine, watchedBetween } from './watch.js';

export * from './cases.js';
export * from './compare.js';
export * from './findings.js';
export { type Peak, type PeakLoop, peakSeparate } from './peak.js';
export * from './ratios.js';
export * from './results.js';
export * from './statistics.js';

export interface BenchOptions {
  readonly sections: readonly SectionName[];
  /** Rounds of each launch; default: as each section says. */
  readonly rounds?: number;
  /** Launches of each section; default: as each section says. */
  readonly launches?: number;
  readonly onProgress: (text: string) => void;
  /** What people should know while it runs: engines not found, a busy machine. */
  readonly onNotice: (text: string) => void;
}

/** Runs the benchmark: the machine's peak, then every section, Lottery Lab and those of its peers that are here in turns. */
export async function bench(options: BenchOptions): Promise<Results> {
  const { onProgress, onNotice } = options;
  const began = performance.now();
  const before = readLoad();
  onProgress('how quiet the machine is');
  await noticeOthers(onNotice);
  onProgress('peak of this machine');
  const peak = tryPeak(onNotice);
  onProgress('looking for engines');
  const found = await findEngines();
  for (const [id, name] of Object.entries(engineNames)) if (!found.has(id as EngineId)) onNotice(`not found: ${name}`);

  const versions: Partial<Record<EngineId, string>> = {};
  const start = async ({ engine: id }: Case) => {
    const launch = found.get(id);
    if (launch === undefined) throw new Error(`${id} was not found.`);
    const { engine, version } = await EngineProcess.start(launch);
    versions[id] = version;
    return engine;
  };

  const rows: Row[] = [];
  const quiet: SectionQuiet[] = [];
  for (const section of options.sections) {
    const planned = sections[section];
    const launches = options.launches ?? planned.launches;
    const rounds = options.rounds ?? planned.rounds;
    for (const { name, cases } of planned.groups as readonly Group[]) {
      const here = { name, cases: cases.filter(({ engine }) => found.has(engine)) };
      const progress = (text: string) => onProgress(`${section}: ${text}`);
      const group = await measureGroup(here, { start, watch: readMachine, launches, rounds, onProgress: progress });
      quiet.push({ section, ...group.quiet });
      rows.push(
        ...group.measured.map(({ case: { engine, test, threads }, ...measured }) => ({
          section,
          group: name,
          engine,
          threads,
          test,
          ...measured,
        })),
      );
    }
  }
  const native = findNative();
  return {
    format: 2,
    machine: {
      processor: cpus()[0]?.model.trim() || 'unknown',
      cores: cpus().length,
      platform: `${platform()} ${process.arch}`,
    },
    version: packageVersion,
    node: process.versions.node,
    native: native.usable ? native.compiler : null,
    minutes: (performance.now() - began) / 60_000,
    peak,
    versions,
    load: { before, after: readLoad() },
    quiet,
    rows,
  };
}

/** Says at once when the machine is busy: whoever waits for the results may rather stop what else runs. */
async function noticeOthers(onNotice: (text: string) => void): Promise<void> {
  const before = readMachine();
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  const { others } = watchedBetween(before, readMachine(), 0);
  if (others > othersAllowed(before.cores)) {
    onNotice(
      `other programs use ${others.toFixed(1)} of ${before.cores} cores: stop them, or the run will state no finding.`,
    );
  }
}

function tryPeak(onNotice: (text: string) => void): Peak | null {
  try {
    return measurePeak();
  } catch (error) {
    onNotice(`cannot measure the machine's peak without a C compiler: ${String(error).split('\n')[0]}`);
    return null;
  }
}
