import { InputError } from '../../networks/errors.js';
import { FolderError } from '../folder-error.js';
import { STORE_FORMAT } from './layout.js';

/** What an error of the file system means, and what to do about it where no other folder helps. */
const meanings: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full; free some space and repeat the command. Everything finished is kept',
  EDQUOT: 'the disk quota is used up; free some space and repeat the command. Everything finished is kept',
  EFBIG:
    'a file may not grow so large here (ulimit -f, or the file system); allow more, or use another folder. Everything finished is kept',
  ENOTDIR: 'part of the path is a file, not a folder',
  EEXIST: 'a file is where a folder is needed',
  ENOENT: 'a folder above it cannot be made here',
};

/** Where another folder would not have the trouble. */
const elsewhere: ReadonlySet<string> = new Set(['EACCES', 'EPERM', 'EROFS', 'EFBIG', 'ENOTDIR', 'EEXIST', 'ENOENT']);

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException)?.code ?? '';

function messageOf(error: unknown, doing: string): string {
  return `${doing}: ${meanings[codeOf(error)] ?? (error instanceof Error ? error.message : String(error))}.`;
}

/** An error of the file system, in words. */
export function fileTrouble(error: unknown, doing: string): InputError {
  return error instanceof InputError ? error : new InputError(messageOf(error, doing), { cause: error });
}

/** The same of a file of the store. */
export function storeTrouble(error: unknown, doing: string): InputError {
  if (error instanceof InputError || !elsewhere.has(codeOf(error))) return fileTrouble(error, doing);
  return new FolderError(messageOf(error, doing), 'store', { cause: error });
}

/** A file that a later version wrote. */
export function laterFormat(path: string, format: number): InputError {
  return new InputError(
    `${path} has format ${format}; this version of lottery-lab knows formats up to ${STORE_FORMAT}. Update lottery-lab.`,
  );
}
