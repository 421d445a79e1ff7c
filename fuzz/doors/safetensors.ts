import fc from 'fast-check';
import {
  decodeSafetensors,
  encodeSafetensors,
  type StoredTensor,
  safetensorsMetadata,
} from '../../src/experiments/files/safetensors.js';
import { type Attempt, admitted, Fault, mustEqual, type OpenDoor } from '../door.js';
import { altered, type Change, changes } from '../hostile-values.js';
import { mutated, mutations } from '../mutations.js';

const name = 'weights.safetensors';

/** Tensors of numbers and of truth values. */
export function someTensors(seed: number): Map<string, StoredTensor> {
  const floats = (size: number) => Float32Array.from({ length: size }, (_, i) => (i - seed) / 8);
  return new Map<string, StoredTensor>([
    ['fc1.weight', { shape: [2, 3], values: floats(6) }],
    ['fc1.mask', { shape: [5], values: Uint8Array.from({ length: 5 }, (_, i) => (i + seed) % 2) }],
    ['fc1.bias', { shape: [], values: floats(1) }],
    ['empty', { shape: [0, 4], values: floats(0) }],
  ]);
}

/** A file with its header changed, and of the length that it then says. */
export function withHeader(bytes: Uint8Array, list: readonly Change[]): Uint8Array {
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const header = JSON.parse(Buffer.from(bytes.subarray(8, 8 + length)).toString());
  const text = Buffer.from(JSON.stringify(altered(header, list)) ?? '');
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(text.length));
  return new Uint8Array(Buffer.concat([size, text, bytes.subarray(8 + length)]));
}

interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

const isSize = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

/** A second reading, by the rules of the format: tensors lie one after the other, without holes, and are all that there is. */
function tensorsOf(bytes: Uint8Array): Map<string, Uint8Array> {
  const length = Number(Buffer.from(bytes).readBigUInt64LE(0));
  const { __metadata__: _metadata, ...header } = JSON.parse(Buffer.from(bytes.subarray(8, 8 + length)).toString());
  const content = bytes.subarray(8 + length);
  const entries = Object.entries(header as Record<string, Entry>).sort(
    ([, { data_offsets: a }], [, { data_offsets: b }]) => a[0] - b[0] || a[1] - b[1],
  );
  let next = 0;
  for (const [tensor, { dtype, shape, data_offsets: place }] of entries) {
    const wrong = (what: string) => new Fault(`tensor ${tensor} was read, and ${what}`);
    if (!Array.isArray(shape) || !shape.every(isSize)) throw wrong(`its shape is ${JSON.stringify(shape)}`);
    if (!Array.isArray(place) || place.length !== 2 || !place.every(isSize))
      throw wrong(`its place is ${JSON.stringify(place)}`);
    const size = shape.reduce((product, side) => product * side, dtype === 'F32' ? 4 : 1);
    if (place[1] - place[0] !== size) throw wrong(`its place is of another size`);
    if (place[0] !== next) throw wrong(`it begins at ${place[0]}, where the one before ends at ${next}`);
    next = place[1];
  }
  if (next !== content.length) throw new Fault(`${content.length} bytes were read of which tensors take ${next}`);
  return new Map(
    Object.entries(header as Record<string, Entry>).map(
      ([
        tensor,
        {
          data_offsets: [from, to],
        },
      ]) => [tensor, content.slice(from, to)],
    ),
  );
}

/** Weights and masks. */
export const openSafetensors: OpenDoor = () => {
  const attempts = fc
    .record({
      seed: fc.nat(50),
      change: fc.oneof(
        mutations.map((list) => (bytes: Uint8Array) => mutated(bytes, list)),
        changes.map((list) => (bytes: Uint8Array) => withHeader(bytes, list)),
      ),
    })
    .map(({ seed, change }): Attempt => {
      const bytes = change(encodeSafetensors(someTensors(seed), { checkpoint: '{}' }));
      return {
        files: new Map([[name, bytes]]),
        run: async () => {
          const said = await admitted(() => safetensorsMetadata(bytes, name), name);
          const found = await admitted(() => decodeSafetensors(bytes, name), name);
          if (found === undefined) return 'refused';
          if (said === undefined) throw new Fault('its tensors were read, and its metadata refused');
          if (Object.values(said.value).some((text) => typeof text !== 'string'))
            throw new Fault('metadata that is no text');
          const own = new Map(
            [...found.value].map(([tensor, { values }]) => [
              tensor,
              new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
            ]),
          );
          mustEqual(own, tensorsOf(bytes), 'its tensors');
          return 'accepted';
        },
      };
    });
  return { name: 'safetensors', what: 'weights and masks of a store', attempts };
};
