import { sha256 } from './digest.js';

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
  const bytes = new TextEncoder().encode(text);
  // What follows the digits takes a byte a character.
  const at = bytes.length - (text.length - text.lastIndexOf(blank));
  new TextEncoder().encodeInto(sha256(bytes), bytes.subarray(at, at + DIGITS));
  return bytes;
}

/** What a file's text says of itself. */
export type Seal = 'whole' | 'broken' | 'none';

/** Whether a file is sealed, and as it was written. */
export function sealOf(bytes: Uint8Array): Seal {
  const tail = String.fromCharCode(...bytes.subarray(Math.max(0, bytes.length - 100)));
  const found = ending.exec(tail);
  if (found === null) return 'none';
  const at = bytes.length - (tail.length - tail.lastIndexOf(found[1]));
  const blanked = new Uint8Array(bytes);
  new TextEncoder().encodeInto(blank, blanked.subarray(at, at + DIGITS));
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
    return damaged('it is truncated, or not JSON');
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

/** What became of reading the file of something in a store. */
export type ReadFile<Content> =
  | { readonly kind: 'whole'; readonly content: Content }
  /** Of a format that this program does not know. */
  | { readonly kind: 'later'; readonly format: number }
  /** What is wrong with it, as a clause. */
  | { readonly kind: 'damaged'; readonly what: string };

export const damaged = (what: string) => ({ kind: 'damaged', what }) as const;
