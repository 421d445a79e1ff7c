import { InputError } from '../../networks/errors.js';

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
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(8, start));
    const { __metadata__: metadata = {}, ...entries } = JSON.parse(text);
    return { entries, metadata, start };
  } catch {
    throw wrong('its header is not JSON');
  }
}

/**
 * The texts in a file's header.
 *
 * @throws InputError naming the file, what was expected and what was found
 */
export function safetensorsMetadata(bytes: Uint8Array, file: string): Readonly<Record<string, string>> {
  return readHeader(bytes, file).metadata;
}

/**
 * Decodes F32 and BOOL tensors.
 *
 * @throws InputError naming the file, what was expected and what was found
 */
export function decodeSafetensors(bytes: Uint8Array, file: string): Map<string, StoredTensor> {
  const wrong = troubleIn(file);
  const { entries, start } = readHeader(bytes, file);
  const tensors = new Map<string, StoredTensor>();
  for (const [name, entry] of Object.entries(entries)) {
    const [from, to] = entry?.data_offsets ?? [];
    const size = { F32: 4, BOOL: 1 }[entry?.dtype];
    const count = Array.isArray(entry?.shape) ? entry.shape.reduce((product, side) => product * side, 1) : Number.NaN;
    if (size === undefined || !(from >= 0) || to - from !== count * size || to > bytes.length - start) {
      throw wrong(
        `tensor ${name} is of type ${entry?.dtype}, shape ${entry?.shape}, bytes ${from} to ${to} of ${bytes.length - start}`,
      );
    }
    // A copy of its own: a Buffer's slice would share the memory, and its alignment, of the whole.
    const data = Uint8Array.from(bytes.subarray(start + from, start + to));
    tensors.set(name, { shape: entry.shape, values: size === 4 ? new Float32Array(data.buffer) : data });
  }
  return tensors;
}
