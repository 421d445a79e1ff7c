import { InputError } from '../../networks/errors.js';

const meanings: Readonly<Record<string, string>> = {
  EACCES: 'permission denied; choose another folder with --store, or change its permissions',
  EPERM: 'permission denied; choose another folder with --store, or change its permissions',
  EROFS: 'the file system is read-only; choose another folder with --store',
  ENOSPC: 'the disk is full; free some space and repeat the command. Everything finished is kept',
  EDQUOT: 'the disk quota is used up; free some space and repeat the command. Everything finished is kept',
  EFBIG:
    'a file may not grow so large here (ulimit -f, or the file system); allow more, or choose another folder with --store. Everything finished is kept',
  ENOTDIR: 'part of the path is a file, not a folder; choose another with --store',
  EEXIST: 'a file is where a folder is needed; choose another with --store',
};

/** What an error of the file system means, and what to do about it. */
export function storeTrouble(error: unknown, doing: string): InputError {
  if (error instanceof InputError) return error;
  const code = (error as NodeJS.ErrnoException)?.code ?? '';
  return new InputError(`${doing}: ${meanings[code] ?? (error instanceof Error ? error.message : String(error))}.`);
}
