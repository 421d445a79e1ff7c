import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

/** What JSON can hold, read-only. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/**
 * The one text of a value: keys sorted by code unit, no white space, `undefined` members left out, -0 as 0. Two values
 * that mean the same have the same text, so its hash can be a name.
 *
 * @throws TypeError for what JSON cannot hold: NaN and infinities, functions, class instances, holes
 */
export function canonicalJson(value: unknown): string {
  return write(value, '$');
}

function write(value: unknown, at: string): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError(`${at} is ${value}; a canonical form holds finite numbers only.`);
    return JSON.stringify(value === 0 ? 0 : value);
  }
  if (Array.isArray(value)) {
    return `[${Array.from(value, (item, index) => write(item, `${at}[${index}]`)).join(',')}]`;
  }
  if (typeof value === 'object') {
    const prototype = Object.getPrototypeOf(value);
    if (prototype === Object.prototype || prototype === null) {
      const members = Object.entries(value)
        .filter(([, member]) => member !== undefined)
        .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
        .map(([key, member]) => `${JSON.stringify(key)}:${write(member, `${at}.${key}`)}`);
      return `{${members.join(',')}}`;
    }
  }
  throw new TypeError(`${at} is a ${typeof value} that has no canonical form; expected plain JSON.`);
}

/** SHA-256 of the UTF-8 text, in hex. */
export function sha256Hex(text: string): string {
  return bytesToHex(sha256(utf8ToBytes(text)));
}

/** The name of a value: SHA-256 of its canonical JSON, in hex. */
export function canonicalDigest(value: unknown): string {
  return sha256Hex(canonicalJson(value));
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * `value` without the members that equal their defaults, at any depth. A member that has no default stays. This is what
 * makes names durable: an option added later, with a default that changes nothing, is absent from every name given before.
 */
export function withoutDefaults(value: unknown, defaults: unknown): unknown {
  if (!isPlainObject(value) || !isPlainObject(defaults)) return value;
  const kept: Record<string, unknown> = {};
  for (const [key, member] of Object.entries(value)) {
    if (member === undefined) continue;
    if (!Object.hasOwn(defaults, key)) {
      kept[key] = member;
      continue;
    }
    const rest = withoutDefaults(member, defaults[key]);
    if (isPlainObject(rest) && isPlainObject(defaults[key]) && Object.keys(rest).length === 0) continue;
    if (canonicalJson(rest) !== canonicalJson(defaults[key])) kept[key] = rest;
  }
  return kept;
}
