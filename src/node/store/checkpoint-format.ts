import type { KeptCheckpoint } from '../../experiments/checkpoint-store.js';
import {
  decodeSafetensors,
  encodeSafetensors,
  type StoredTensor,
  safetensorsMetadata,
} from '../../experiments/files/safetensors.js';
import { ARITHMETIC_VERSION } from '../../kernels/arithmetic.js';
import { InputError } from '../../networks/errors.js';
import type { Mask } from '../../networks/network.js';
import type { KeptWeights, PackedWeights } from '../../training/checkpoint.js';
import type { History, Work } from '../../training/types.js';
import { packageVersion } from '../version.js';
import { digestBytes } from './durably.js';

/** Bytes of the SHA-256 that ends a checkpoint, over all before it. */
const SEAL = 32;

/** Metadata of a checkpoint, beside its tensors. Tensors are laid out as this version stores them; other versions do not read it. */
interface Head {
  /** Name of the cell in training. */
  readonly cell: string;
  readonly version: string;
  readonly arithmetic: number;
  readonly iteration: number;
  readonly unevaluated?: true;
  readonly work: Work;
  /** Wall time of the training so far. */
  readonly seconds: number;
  readonly bestRow?: number;
  readonly history: History;
  /** Numbers of the masks of weights kept under another than the plan's own, by the part of the checkpoint they are in. */
  readonly masks: Readonly<Record<string, number>>;
  /** Whether there is an evolution's state, which may be empty. */
  readonly evolves: boolean;
}

/**
 * The bytes of a checkpoint: tensors by name (`weights/0`, `moments/0`, `best/0`, `snapshot 100/0`, ...,
 * `mask 0/fc1.weight`, `evolution/...`) as safetensors, the rest as JSON in its header, then the SHA-256 of all that.
 *
 * @param cell name of the cell in training
 */
export function encodeCheckpoint({ checkpoint, seconds }: KeptCheckpoint, cell: string): Uint8Array {
  const { iteration, work, history, moments, best, snapshots, evolution } = checkpoint;
  const tensors = new Map<string, StoredTensor>();
  const add = (name: string, values: Float32Array | Uint8Array): void => {
    tensors.set(name, { shape: [values.length], values });
  };
  const addAll = (part: string, values: PackedWeights): void => {
    values.forEach((array, index) => {
      add(`${part}/${index}`, array);
    });
  };
  const masks: Record<string, number> = {};
  const numbers = new Map<Mask, number>();
  const addKept = (part: string, { weights, mask }: KeptWeights): void => {
    addAll(part, weights);
    if (mask === undefined) return;
    const number = numbers.get(mask) ?? numbers.size;
    masks[part] = number;
    if (numbers.has(mask)) return;
    numbers.set(mask, number);
    for (const [name, bits] of mask) add(`mask ${number}/${name}`, bits);
  };
  addKept('weights', checkpoint);
  addAll('moments', moments);
  if (best) addKept('best', best);
  for (const [at, kept] of snapshots) addKept(`snapshot ${at}`, kept);
  for (const [name, values] of evolution ?? []) add(`evolution/${name}`, values);
  const head: Head = {
    cell,
    version: packageVersion,
    arithmetic: ARITHMETIC_VERSION,
    iteration,
    ...(checkpoint.unevaluated ? { unevaluated: true } : {}),
    work,
    seconds,
    ...(best ? { bestRow: best.row } : {}),
    history,
    masks,
    evolves: evolution !== undefined,
  };
  const content = encodeSafetensors(tensors, { checkpoint: JSON.stringify(head) });
  const sealed = new Uint8Array(content.length + SEAL);
  sealed.set(content);
  sealed.set(digestBytes(content), content.length);
  return sealed;
}

/** The bytes before the seal. @throws InputError when it is not theirs */
function unsealed(bytes: Uint8Array, path: string): Uint8Array {
  const content = bytes.subarray(0, Math.max(0, bytes.length - SEAL));
  if (bytes.length > SEAL && Buffer.compare(digestBytes(content), bytes.subarray(content.length)) === 0) return content;
  throw new InputError(`${path} is damaged: its SHA-256 is not the one that it states.`);
}

/**
 * A checkpoint from its bytes; undefined when another version wrote it.
 *
 * @param whose path, for messages, and the name of the cell that it must be of
 * @throws InputError when it is not whole, or another cell's
 */
export function decodeCheckpoint(
  sealed: Uint8Array,
  { path, cell }: { readonly path: string; readonly cell: string },
): KeptCheckpoint | undefined {
  const bytes = unsealed(sealed, path);
  const head = JSON.parse(safetensorsMetadata(bytes, path).checkpoint ?? '{}') as Head;
  if (head.version !== packageVersion || head.arithmetic !== ARITHMETIC_VERSION) return undefined;
  if (head.cell !== cell) throw new InputError(`${path} is damaged: it is of cell ${head.cell}.`);
  const parts = partsOf(decodeSafetensors(bytes, path));
  const kept = (part: string): KeptWeights => {
    const weights = [...(parts.get(part) ?? new Map()).values()] as Float32Array[];
    const number = head.masks[part];
    if (number === undefined) return { weights };
    const mask = parts.get(`mask ${number}`) as Mask | undefined;
    if (mask === undefined) throw new InputError(`${path}: mask ${number} of the checkpoint is missing.`);
    return { weights, mask };
  };
  const { iteration, work, history, bestRow, evolves } = head;
  const snapshots = new Map<number, KeptWeights>();
  for (const part of parts.keys()) {
    const at = /^snapshot (\d+)$/.exec(part)?.[1];
    if (at !== undefined) snapshots.set(Number(at), kept(part));
  }
  const checkpoint = {
    ...kept('weights'),
    iteration,
    ...(head.unevaluated ? { unevaluated: true } : {}),
    work,
    history,
    moments: kept('moments').weights,
    ...(bestRow === undefined ? {} : { best: { row: bestRow, ...kept('best') } }),
    snapshots,
    ...(evolves ? { evolution: parts.get('evolution') ?? new Map() } : {}),
  };
  return { checkpoint, seconds: head.seconds };
}

type Part = Map<string, Float32Array | Uint8Array>;

/** Tensors by the part of a checkpoint they belong to, in order. @throws InputError when one is missing between */
function partsOf(tensors: ReadonlyMap<string, StoredTensor>): Map<string, Part> {
  const parts = new Map<string, Part>();
  for (const [name, { values }] of tensors) {
    const slash = name.indexOf('/');
    const part = name.slice(0, slash);
    const own = name.slice(slash + 1);
    const list: Part = parts.get(part) ?? new Map();
    const named = part === 'evolution' || part.startsWith('mask ');
    const fitting = named || (own === String(list.size) && values instanceof Float32Array);
    if (!fitting || (part.startsWith('mask ') && !(values instanceof Uint8Array))) {
      throw new InputError(`tensor ${name} of the checkpoint is out of place.`);
    }
    list.set(own, values);
    parts.set(part, list);
  }
  return parts;
}
