import { InputError } from '../../networks/errors.js';
import { shown } from '../shown.js';

/**
 * safetensors: eight bytes of header length (little-endian), a JSON header that gives each tensor's type, shape and place,
 * then the bytes. PyTorch, NumPy and JAX open it; nothing in it is executed.
 */

export interface StoredTensor {
  readonly shape: readonly number[];
  /** Float32Array as F32, Uint8Array as BOOL. */
  readonly values: Float32Array | Uint8Array;
}

/**
 * The same tensors give the same bytes: the header is in the order of the map, padded with spaces to eight bytes.
 *
 * @param metadata texts that the header holds beside the tensors
 */
export function encodeSafetensors(
  tensors: ReadonlyMap<string, StoredTensor>,
  metadata?: Readonly<Record<string, string>>,
): Uint8Array {
  const header: Record<string, unknown> = metadata === undefined ? {} : { __metadata__: metadata };
  let offset = 0;
  for (const [name, { shape, values }] of tensors) {
    const end = offset + values.byteLength;
    header[name] = { dtype: values instanceof Float32Array ? 'F32' : 'BOOL', shape, data_offsets: [offset, end] };
    offset = end;
  }
  let text = JSON.stringify(header);
  while (new TextEncoder().encode(text).length % 8 !== 0) text += ' ';
  const head = new TextEncoder().encode(text);
  const bytes = new Uint8Array(8 + head.length + offset);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(head.length), true);
  bytes.set(head, 8);
  let at = 8 + head.length;
  for (const { values } of tensors.values()) {
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), at);
    at += values.byteLength;
  }
  return bytes;
}

interface HeaderEntry {
  readonly dtype: string;
  readonly shape: number[];
  readonly data_offsets: [number, number];
}

interface Header {
  readonly entries: Readonly<Record<string, HeaderEntry>>;
  readonly metadata: Readonly<Record<string, string>>;
  /** Byte of the file that the tensors' places count from. */
  readonly start: number;
}

const troubleIn = (file: string) => (what: string) =>
  new InputError(`${file}: invalid or truncated safetensors file: ${what}.`);

function readHeader(bytes: Uint8Array, file: string): Header {
  const wrong = troubleIn(file);
  if (bytes.length < 8) throw wrong(`expected a header, found ${bytes.length} bytes`);
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  if (length > BigInt(bytes.length - 8)) throw wrong(`its header says ${length} bytes, found ${bytes.length - 8}`);
  const start = 8 + Number(length);
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(8, start)));
  } catch {
    throw wrong('its header is not JSON');
  }
  if (!isGroup(header)) throw wrong(`its header is ${shown(header)}`);
  const { __metadata__: metadata = {}, ...entries } = header;
  if (!isGroup(metadata) || !Object.values(metadata).every((text) => typeof text === 'string')) {
    throw wrong(`its metadata is ${shown(metadata)}; expected texts`);
  }
  for (const [name, entry] of Object.entries(entries)) {
    if (!isEntry(entry)) throw wrong(`tensor ${shown(name)} is ${shown(entry)}`);
  }
  return { entries: entries as Header['entries'], metadata: metadata as Header['metadata'], start };
}

const isGroup = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isSize = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

function isEntry(value: unknown): value is HeaderEntry {
  if (!isGroup(value)) return false;
  const { dtype, shape, data_offsets: place } = value;
  return (
    typeof dtype === 'string' &&
    Array.isArray(shape) &&
    shape.every(isSize) &&
    Array.isArray(place) &&
    place.length === 2 &&
    place.every(isSize)
  );
}

/**
 * The texts in a file's header.
 *
 * @throws InputError naming the file, what was expected and what was found
 */
export function safetensorsMetadata(bytes: Uint8Array, file: string): Readonly<Record<string, string>> {
  return readHeader(bytes, file).metadata;
}

const sizes: ReadonlyMap<string, number> = new Map([
  ['F32', 4],
  ['BOOL', 1],
]);

/**
 * Decodes F32 and BOOL tensors. As the format has it, they lie one after the other without holes, and nothing follows them.
 *
 * @throws InputError naming the file, what was expected and what was found
 */
export function decodeSafetensors(bytes: Uint8Array, file: string): Map<string, StoredTensor> {
  const wrong = troubleIn(file);
  const { entries, start } = readHeader(bytes, file);
  const all = Object.entries(entries);
  const placed = all.map(([name, { data_offsets: place }]) => ({ name, place }));
  placed.sort(({ place: a }, { place: b }) => a[0] - b[0] || a[1] - b[1]);
  let end = 0;
  for (const { name, place } of placed) {
    if (place[0] !== end) throw wrong(`tensor ${shown(name)} begins at byte ${place[0]}; expected ${end}`);
    end = place[1];
  }
  if (end !== bytes.length - start) throw wrong(`its tensors take ${end} bytes, found ${bytes.length - start}`);
  const tensors = new Map<string, StoredTensor>();
  for (const [name, { dtype, shape, data_offsets: place }] of all) {
    const [from, to] = place;
    const size = sizes.get(dtype);
    if (size === undefined || to - from !== shape.reduce((product, side) => product * side, size)) {
      throw wrong(`tensor ${shown(name)} is of type ${shown(dtype)}, shape ${shown(shape)}, bytes ${from} to ${to}`);
    }
    // A copy of its own: a Buffer's slice would share the memory, and its alignment, of the whole.
    const data = Uint8Array.from(bytes.subarray(start + from, start + to));
    tensors.set(name, { shape, values: size === 4 ? new Float32Array(data.buffer) : data });
  }
  return tensors;
}
