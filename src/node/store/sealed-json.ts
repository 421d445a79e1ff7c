import { sha256 } from './durably.js';

/**
 * JSON files that carry the SHA-256 of their own text as their last field, so that a single wrong bit anywhere in them is
 * found. The digest is that of the whole file with its own 64 digits as zeros.
 */

const DIGITS = 64;
const blank = '0'.repeat(DIGITS);
/** How a sealed file ends. */
const ending = /"sha256": ?"([0-9a-f]{64})"\n?\}\n$/;

export interface SealOptions {
  /** As `JSON.stringify` takes it. */
  readonly replacer?: (key: string, value: unknown) => unknown;
  /** Spaces to a level; default: all on one line. */
  readonly indent?: number;
}

/** The bytes of a sealed file of these fields, of which none is called `sha256`. */
export function seal(fields: object, { replacer, indent }: SealOptions = {}): Uint8Array {
  const text = `${JSON.stringify({ ...fields, sha256: blank }, replacer, indent)}\n`;
  const at = text.lastIndexOf(blank);
  const digest = sha256(Buffer.from(text));
  return Buffer.from(text.slice(0, at) + digest + text.slice(at + DIGITS));
}

/** What a file's text says of itself. */
export type Seal = 'whole' | 'broken' | 'none';

/** Whether a file is sealed, and as it was written. */
export function sealOf(bytes: Uint8Array): Seal {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found = ending.exec(buffer.toString('latin1', Math.max(0, buffer.length - 100)));
  if (found === null) return 'none';
  const at = buffer.lastIndexOf(found[1]);
  const blanked = Buffer.from(buffer);
  blanked.write(blank, at, 'latin1');
  return sha256(blanked) === found[1] ? 'whole' : 'broken';
}

/** What became of reading a file that this program seals. */
export type Opened<Fields> =
  | { readonly kind: 'whole'; readonly fields: Fields; readonly format: number }
  /** Of a format before the first that is sealed: nothing tells whether it is as it was written. */
  | { readonly kind: 'unsealed'; readonly fields: Fields; readonly format: number }
  /** Of a format that this program does not know. */
  | { readonly kind: 'later'; readonly format: number }
  | { readonly kind: 'damaged'; readonly what: string };

export interface OpenOptions {
  /** The newest format that is known. */
  readonly known: number;
  /** The first that is sealed. */
  readonly sealedFrom: number;
  /** As `JSON.parse` takes it. */
  readonly reviver?: (key: string, value: unknown) => unknown;
}

/** Reads a file whose `format` says how it is written. */
export function openSealed<Fields extends object>(
  bytes: Uint8Array,
  { known, sealedFrom, reviver }: OpenOptions,
): Opened<Partial<Fields>> {
  if (bytes.length === 0) return { kind: 'damaged', what: 'it is empty' };
  const found = sealOf(bytes);
  if (found === 'broken') return { kind: 'damaged', what: 'its SHA-256 is not the one that it states' };
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes), reviver);
  } catch {
    return { kind: 'damaged', what: 'it is truncated, or not JSON' };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { kind: 'damaged', what: `expected fields by name, found ${value === null ? 'null' : typeof value}` };
  }
  const { format } = value as { format?: unknown };
  if (typeof format !== 'number' || !Number.isInteger(format) || format < 1) {
    return { kind: 'damaged', what: 'it states no format' };
  }
  if (format > known) return { kind: 'later', format };
  const fields = value as Partial<Fields>;
  if (format < sealedFrom) return { kind: 'unsealed', fields, format };
  if (found === 'none') return { kind: 'damaged', what: 'its SHA-256 is missing at its end' };
  return { kind: 'whole', fields, format };
}
