import { type CatalogueEntry, catalogue, checkPromise, type IdxRole, type IdxSource } from 'lottery-lab/data';
import { InputError } from 'lottery-lab/networks';
import { messageOf } from '../parts/message.js';

export const idxRoles = ['train-images', 'train-labels', 'test-images', 'test-labels'] as const satisfies IdxRole[];

/** What a file is by its name, as LeCun's and everybody's since are called; null for another. */
export function roleOf(name: string): IdxRole | null {
  const part = /train/i.test(name) ? 'train' : /t10k|test/i.test(name) ? 'test' : null;
  const what = /images/i.test(name) ? 'images' : /labels/i.test(name) ? 'labels' : null;
  return part === null || what === null ? null : `${part}-${what}`;
}

/** Known sets of four IDX files. */
const sets = catalogue.filter(({ files }) => idxRoles.every((role) => files.some((file) => file.role === role)));

/** The known set that a file is of, by its checksum; null for a file that is not an official one. */
export async function setOf(file: Blob): Promise<CatalogueEntry | null> {
  const digest = await crypto.subtle.digest('SHA-256', await file.arrayBuffer());
  const sha256 = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return sets.find(({ files }) => files.some((known) => known.sha256 === sha256)) ?? null;
}

export const mnist = catalogue.find(({ name }) => name === 'mnist') as CatalogueEntry;

/** An IDX file at hand, packed by gzip or not. */
export function idxSource(file: Blob, name: string): IdxSource {
  return {
    name,
    first: (length) => bytesOf(file, name, length),
    async read(promised) {
      if (await isPacked(file)) checkPromise(promised, file.size, name);
      return bytesOf(file, name, promised + 1);
    },
  };
}

/** By the two bytes that every gzip file begins with. */
async function isPacked(file: Blob): Promise<boolean> {
  const [first, second] = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  return first === 0x1f && second === 0x8b;
}

/** The first bytes of a file, unpacked, so many or as many as there are: a file that unpacks to more is left at that. */
async function bytesOf(file: Blob, name: string, limit: number): Promise<Uint8Array> {
  if (!(await isPacked(file))) return new Uint8Array(await file.slice(0, limit).arrayBuffer());
  const reader = file.stream().pipeThrough(new DecompressionStream('gzip')).getReader();
  const pieces: Uint8Array[] = [];
  let length = 0;
  try {
    while (length < limit) {
      const { done, value } = await reader.read();
      if (done) break;
      pieces.push(value);
      length += value.length;
    }
  } catch (error) {
    throw new InputError(
      `${name}: expected a gzip file, but it does not decompress (${messageOf(error)}). Get it again.`,
    );
  } finally {
    await reader.cancel().catch(() => {});
  }
  const bytes = new Uint8Array(Math.min(limit, length));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece.subarray(0, limit - at), at);
    at += piece.length;
  }
  return bytes;
}
