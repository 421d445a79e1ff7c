import { createHash, randomBytes } from 'node:crypto';
import { open } from 'node:fs/promises';
import { hostname } from 'node:os';
import { hashFilesWith } from '../../experiments/files/digest.js';

/** Atomic, durable writes: a file is on the disk whole or not at all. */

/** How bytes reach the disk; tests put a failing one in its place. */
export type WriteBytes = (path: string, bytes: Uint8Array) => Promise<void>;

/** Writes a file and waits until it is on the disk. */
export async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(path, 'wx');
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Waits until a folder's entries are on the disk, where the system can. */
export async function syncFolder(path: string): Promise<void> {
  try {
    const handle = await open(path, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    // Windows opens no folders; there the rename itself has to do.
    if (process.platform !== 'win32') throw error;
  }
}

hashFilesWith((bytes) => createHash('sha256').update(bytes).digest('hex'));

/** SHA-256 as 32 bytes. */
export const digestBytes = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();

/** A name for a temporary file, which identifies the process that writes it: see `FileStore.open`. */
export function asideName(): string {
  return `${hostname()}~${process.pid}~${randomBytes(6).toString('hex')}`;
}

/** Whether a process of this machine still runs. */
export function isAlive(pid: number): boolean {
  if (pid === process.pid) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
