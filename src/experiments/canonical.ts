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
  const text = write(value);
  if (text === null) throw new TypeError(whyNot(value, '$'));
  return text;
}

const isFlat = (value: unknown): value is null | boolean | string =>
  value === null || typeof value === 'boolean' || typeof value === 'string';

function isRecord(value: object): value is Record<string, unknown> {
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** Null where something has no canonical form. A plan of many cells is little else than this. */
function write(value: unknown): string | null {
  if (isFlat(value)) return JSON.stringify(value);
  if (typeof value === 'number') return Number.isFinite(value) ? String(value === 0 ? 0 : value) : null;
  if (Array.isArray(value)) {
    let text = '[';
    for (let index = 0; index < value.length; index++) {
      const item = write(value[index]);
      if (item === null) return null;
      text += index === 0 ? item : `,${item}`;
    }
    return `${text}]`;
  }
  if (typeof value !== 'object' || !isRecord(value as object)) return null;
  let text = '{';
  for (const key of Object.keys(value as object).sort()) {
    const member = (value as Record<string, unknown>)[key];
    if (member === undefined) continue;
    const written = write(member);
    if (written === null) return null;
    text += `${text.length === 1 ? '' : ','}${JSON.stringify(key)}:${written}`;
  }
  return `${text}}`;
}

/** What of a value has no canonical form, and where. */
function whyNot(value: unknown, at: string): string {
  if (typeof value === 'number') return `${at} is ${value}; a canonical form holds finite numbers only.`;
  if (Array.isArray(value)) {
    const index = Array.from(value).findIndex((item) => write(item) === null);
    return whyNot(value[index], `${at}[${index}]`);
  }
  if (typeof value === 'object' && value !== null && isRecord(value)) {
    const [key, member] = Object.entries(value).find(([, item]) => item !== undefined && write(item) === null)!;
    return whyNot(member, `${at}.${key}`);
  }
  return `${at} is a ${typeof value} that has no canonical form; expected plain JSON.`;
}

/** SHA-256 of a text's UTF-8 bytes, in hex. */
export type TextHash = (text: string) => string;

const everywhere: TextHash = (text) => bytesToHex(sha256(utf8ToBytes(text)));
let hash = everywhere;

/** SHA-256 of the UTF-8 text, in hex. */
export function sha256Hex(text: string): string {
  return hash(text);
}

/**
 * Has names made by a faster SHA-256, where there is one: a plan of many cells is little else than this.
 *
 * @throws Error when it is not SHA-256
 */
export function hashWith(faster: TextHash): void {
  for (const text of ['', 'lottery', '\u00e4\u4e2d\ud83c\udfb2', 'x'.repeat(1000)]) {
    if (faster(text) !== everywhere(text)) throw new Error('a hash that names are to be made by is not SHA-256.');
  }
  hash = faster;
}

/** The name of a value: SHA-256 of its canonical JSON, in hex. */
export function canonicalDigest(value: unknown): string {
  return sha256Hex(canonicalJson(value));
}

/** Whether two values have one canonical text. */
const isSame = (a: unknown, b: unknown): boolean =>
  isFlat(a) || isFlat(b) ? a === b : canonicalJson(a) === canonicalJson(b);

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
    if (!isSame(rest, defaults[key])) kept[key] = rest;
  }
  return kept;
}
