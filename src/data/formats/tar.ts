import { InputError } from '../../networks/errors.js';

const BLOCK = 512;

/** Archives are filled up with zeros to a multiple of some thousands of bytes: so many may follow the end. */
const MOST_AFTER_END = 1 << 20;

const text = (bytes: Uint8Array): string => {
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
};

/** A plain file in an archive, before its content is read. */
interface Member {
  readonly name: string;
  readonly size: number;
  readonly isFile: boolean;
}

/** @throws InputError when the header's checksum is wrong */
function readHeader(header: Uint8Array, at: number, path: string): Member {
  const stated = Number.parseInt(text(header.subarray(148, 156)), 8);
  // The checksum counts itself as spaces.
  let sum = 8 * 32;
  header.forEach((byte, i) => {
    if (i < 148 || i >= 156) sum += byte;
  });
  if (sum !== stated) {
    throw new InputError(
      `${path}: expected a tar archive; the header at byte ${at} has checksum ${stated}, which should be ${sum}.`,
    );
  }
  const size = Number.parseInt(text(header.subarray(124, 136)), 8);
  const prefix = text(header.subarray(345, 500));
  const name = (prefix ? `${prefix}/` : '') + text(header.subarray(0, 100));
  if (!Number.isSafeInteger(size) || size < 0) {
    throw new InputError(`${path}: ${name} has no size that can be read; the archive is damaged. Get it again.`);
  }
  return { name, size, isFile: header[156] === 0 || header[156] === 0x30 };
}

/**
 * Plain files of a tar archive (POSIX ustar) by name, read as the archive arrives: what is not wanted is passed over.
 *
 * @param path what errors call the archive
 * @param wanted the most bytes that a file of this name may have; undefined for one that is not wanted
 * @returns the contents of those that are wanted, and the names of all
 * @throws InputError when a header's checksum is wrong, a file is larger than it may be, or the archive ends inside a file
 */
export async function readTar(
  archive: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  path: string,
  wanted: (name: string) => number | undefined,
): Promise<{ files: Map<string, Uint8Array>; names: string[] }> {
  const files = new Map<string, Uint8Array>();
  const names: string[] = [];
  const header = new Uint8Array(BLOCK);
  let [at, filled, skipped, after, ended] = [0, 0, 0, 0, false];
  let open: { readonly member: Member; readonly content: Uint8Array | undefined; done: number } | undefined;
  for await (const chunk of archive) {
    // What follows the end is read nevertheless, since a compressed archive has its checksum there.
    if (ended) after += chunk.length;
    if (after > MOST_AFTER_END) {
      throw new InputError(
        `${path}: goes on after the end of the archive, which holds ${names.join(', ') || 'nothing'}. Get it again.`,
      );
    }
    for (let next = 0; next < chunk.length && !ended; ) {
      const left = chunk.length - next;
      let step: number;
      if (open !== undefined) {
        step = Math.min(left, open.member.size - open.done);
        open.content?.set(chunk.subarray(next, next + step), open.done);
        open.done += step;
      } else if (skipped > 0) {
        step = Math.min(left, skipped);
        skipped -= step;
      } else {
        step = Math.min(left, BLOCK - filled);
        header.set(chunk.subarray(next, next + step), filled);
        filled += step;
      }
      next += step;
      at += step;
      if (filled === BLOCK) {
        filled = 0;
        ended = header.every((byte) => byte === 0);
        if (ended) break;
        const member = readHeader(header, at - BLOCK, path);
        names.push(member.name);
        open = { member, content: contentOf(member, path, wanted), done: 0 };
      }
      if (open !== undefined && open.done === open.member.size) {
        if (open.content !== undefined) files.set(open.member.name, open.content);
        skipped = (BLOCK - (open.member.size % BLOCK)) % BLOCK;
        open = undefined;
      }
    }
  }
  if (open !== undefined) {
    const start = at - open.done;
    throw new InputError(
      `${path}: the archive ends inside ${open.member.name}: expected ${open.member.size} bytes from ${start} on.`,
    );
  }
  return { files, names };
}

function contentOf({ name, size, isFile }: Member, path: string, wanted: (name: string) => number | undefined) {
  const most = isFile ? wanted(name) : undefined;
  if (most === undefined) return undefined;
  if (size > most) {
    throw new InputError(
      `${path}: ${name} is said to have ${size} bytes; expected at most ${most}. Get the archive again.`,
    );
  }
  return new Uint8Array(size);
}
