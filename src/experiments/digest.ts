import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { maskDigest, tensorsDigest } from '../tickets/index.js';
import type { History, Measurement } from '../training/types.js';
import { sha256Hex } from './canonical.js';
import type { CellDigests, CellSummary, FinishedCell } from './store.js';

/** Eight little-endian bytes a number; every NaN alike. */
function doubles(values: readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(values.length * 8));
  values.forEach((value, index) => {
    if (Number.isNaN(value)) view.setUint32(index * 8 + 4, 0x7ff80000, true);
    else view.setFloat64(index * 8, value, true);
  });
  return new Uint8Array(view.buffer);
}

const columns = [
  'iteration',
  'trainLoss',
  'trainAccuracy',
  'validationLoss',
  'validationAccuracy',
  'testLoss',
  'testAccuracy',
] as const satisfies readonly (keyof History)[];

/** SHA-256 in hex over a history's columns, in one order, each with its name and length before its 64-bit values. */
export function historyDigest(history: History): string {
  const hash = sha256.create();
  for (const name of columns) {
    const column = history[name];
    if (column === undefined) continue;
    hash.update(utf8ToBytes(`${name}:${column.length}\n`));
    hash.update(doubles(column));
  }
  return bytesToHex(hash.digest());
}

const figures = ({ iteration, validationLoss, validationAccuracy, testLoss, testAccuracy }: Measurement): number[] => [
  iteration,
  validationLoss,
  validationAccuracy,
  testLoss,
  testAccuracy,
];

/** The digest of everything deterministic in a cell: its name, status, measurements, counts and parts. */
export function cellDigest(
  cell: Pick<CellSummary, 'id' | 'status' | 'layers' | 'earlyStop' | 'end' | 'inputDegree'>,
  parts: Omit<CellDigests, 'cell'>,
): string {
  const snapshots = Object.entries(parts.snapshots).sort(([a], [b]) => Number(a) - Number(b));
  const lines = [
    `cell ${cell.id} ${cell.status}`,
    ...cell.layers.map(({ layer, kept, total }) => `layer ${layer} ${kept}/${total}`),
    `measurements ${bytesToHex(doubles([...figures(cell.earlyStop), ...figures(cell.end)]))}`,
    `input degree ${cell.inputDegree.join(',')}`,
    `history ${parts.history}`,
    `final weights ${parts.finalWeights}`,
    `early-stop weights ${parts.earlyStopWeights}`,
    `mask ${parts.mask ?? 'none'}`,
    ...snapshots.map(([iteration, digest]) => `weights at ${iteration} ${digest}`),
  ];
  return sha256Hex(`${lines.join('\n')}\n`);
}

/** The digests of a cell: of each of its parts, and of all of it. */
export function cellDigests(
  found: Parameters<typeof cellDigest>[0],
  parts: Pick<FinishedCell, 'history' | 'mask' | 'finalWeights' | 'earlyStopWeights' | 'snapshots'>,
): CellDigests {
  const digests = {
    history: historyDigest(parts.history),
    finalWeights: tensorsDigest(parts.finalWeights),
    earlyStopWeights: tensorsDigest(parts.earlyStopWeights),
    mask: parts.mask === null ? null : maskDigest(parts.mask),
    snapshots: Object.fromEntries(
      [...parts.snapshots].map(([iteration, weights]) => [String(iteration), tensorsDigest(weights)]),
    ),
  };
  return { ...digests, cell: cellDigest(found, digests) };
}
