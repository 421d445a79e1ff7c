import type { EngineId, SectionName } from './cases.js';
import { noRounds } from './measure.js';
import type { TestKind } from './protocol.js';
import type { Results, Row } from './results.js';

interface Timed {
  readonly section?: SectionName;
  readonly engine: EngineId;
  readonly kind?: TestKind;
  readonly density?: number;
  readonly threads?: number;
  readonly ms: readonly number[];
}

/** A made-up run with these rows, of steps of LeNet-300-100 by default, which was disturbed in so many of four rounds. */
export function madeUpResults(rows: readonly Timed[], disturbedRounds = 0): Results {
  return {
    format: 2,
    machine: { processor: 'Made-up', cores: 2, platform: 'linux x64' },
    version: '0.1.0',
    node: '20.20.2',
    native: 'cc 12',
    minutes: 12.3,
    peak: {
      clockGigahertz: 3,
      sums: 12,
      loops: [{ bits: 128, contracted: false, gflops: 48, perCycle: 4 }],
      copyGigabytes: 20,
    },
    versions: {},
    load: { before: 0.1, after: 1.1 },
    quiet: [{ ...noRounds(), section: 'lenet-300-100', rounds: 4, takenRounds: 5, disturbedRounds, others: 0.02 }],
    rows: rows.map(({ section = 'lenet-300-100', engine, kind = 'step', density = 1, threads = 1, ms }): Row => {
      const test = {
        network: 'lenet-300-100',
        hidden: [300, 100],
        batch: 60,
        optimiser: 'adam',
        kind,
        density,
      } as const;
      return { section, group: section, engine, threads, test, ms, cores: 1 };
    }),
  };
}

/** Dense steps of ours and of PyTorch in both settings, and a sparse one of ours. */
export const steps: readonly Timed[] = [
  { engine: 'native', ms: [1, 1.1, 1.2] },
  { engine: 'native', density: 0.1, ms: [0.2, 0.2, 0.2] },
  { engine: 'wasm', ms: [3, 3, 3] },
  { engine: 'pytorch-default', kind: 'dense', ms: [8, 8, 8] },
  { engine: 'pytorch-kept', kind: 'dense', ms: [2, 2, 2] },
  { engine: 'jax', kind: 'dense', ms: [3.1, 3.1, 3.1] },
];
