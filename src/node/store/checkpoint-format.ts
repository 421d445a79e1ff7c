import type { KeptCheckpoint } from '../../experiments/checkpoint-store.js';
import { ARITHMETIC_VERSION } from '../../kernels/arithmetic.js';
import { InputError } from '../../networks/errors.js';
import type { Mask } from '../../networks/network.js';
import type { KeptWeights, PackedWeights } from '../../training/checkpoint.js';
import type { History, Work } from '../../training/types.js';
import {
  decodeSafetensors,
  encodeSafetensors,
  type StoredTensor,
  safetensorsMetadata,
} from '../formats/safetensors.js';
import { packageVersion } from '../version.js';

/** Metadata of a checkpoint, beside its tensors. Tensors are laid out as this version stores them; other versions do not read it. */
interface Head {
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
 * `mask 0/fc1.weight`, `evolution/...`), the rest as JSON in the header.
 */
export function encodeCheckpoint({ checkpoint, seconds }: KeptCheckpoint): Uint8Array {
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
  return encodeSafetensors(tensors, { checkpoint: JSON.stringify(head) });
}

/**
 * A checkpoint from its bytes; undefined when another version wrote it.
 *
 * @param path for messages
 * @throws InputError when it is not whole
 */
export function decodeCheckpoint(bytes: Uint8Array, path: string): KeptCheckpoint | undefined {
  const head = JSON.parse(safetensorsMetadata(bytes, path).checkpoint ?? '{}') as Head;
  if (head.version !== packageVersion || head.arithmetic !== ARITHMETIC_VERSION) return undefined;
  const parts = partsOf(decodeSafetensors(bytes, path));
  const kept = (part: string): KeptWeights => {
    const weights = [...(parts.get(part) ?? new Map()).values()] as Float32Array[];
    const number = head.masks[part];
    if (number === undefined) return { weights };
    const mask = parts.get(`mask ${number}`) as Mask | undefined;
    if (mask === undefined) throw new InputError(`mask ${number} of the checkpoint is missing.`);
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
