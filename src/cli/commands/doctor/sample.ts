import { hostname } from 'node:os';
import { catalogue, makeStrokes } from '../../../data/index.js';
import { executeCell } from '../../../experiments/execute.js';
import { buildGraph } from '../../../experiments/graph.js';
import { resolveSpecification } from '../../../experiments/presets.js';
import type { Machine } from '../../../experiments/records.js';
import { datasetStatus } from '../../../node/data/index.js';
import { loadChosenKernels } from '../../../node/kernels/index.js';
import { machine } from '../../machine.js';
import { type Finding, findingsHere } from './findings.js';

/** What `lottery doctor --sample` finds on a machine. */
export interface SampleReport extends Machine {
  readonly host: string;
  readonly findings: readonly Finding[];
  /** Data sets that are complete here, by name. */
  readonly datasets: readonly string[];
  /** Of a small cell. */
  readonly digest: string;
}

/** Looks at this machine, and trains a small cell on it. */
export async function sampleReport(flags: { readonly store: string; readonly data?: string }): Promise<SampleReport> {
  const digest = await sampleDigest();
  const datasets = catalogue
    .filter((entry) => entry.files.length > 0)
    .filter((entry) => datasetStatus(entry, flags.data).every(({ state }) => state !== 'missing'))
    .map(({ name }) => name);
  const findings: Finding[] = [
    ...findingsHere(flags),
    { what: 'data sets', ok: true, found: datasets.join(', ') || 'none but those that are built in', remedy: null },
    { what: 'sample', ok: true, found: `a small cell has digest ${digest}`, remedy: null },
  ];
  return { host: hostname(), ...machine(), findings, datasets, digest };
}

/** The digest of a network of 20 hidden units after 100 steps on strokes: some ten milliseconds of work. */
async function sampleDigest(): Promise<string> {
  const dataset = makeStrokes({ train: 400, test: 100 });
  const specification = resolveSpecification({
    network: { hidden: [20] },
    data: { name: 'strokes', validation: 100 },
    iterations: 100,
    evaluateEvery: 50,
    trials: 1,
    levels: 1,
  });
  const [cell] = buildGraph(specification, dataset).cells;
  const kernels = await loadChosenKernels();
  const trained = await executeCell({ kernels, specification: cell.specification, dataset, parents: new Map() });
  return trained.digests.cell;
}
