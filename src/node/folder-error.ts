import { InputError } from '../networks/errors.js';

/** What a folder is searched for: finished cells, or data sets. */
export type FolderUse = 'store' | 'data';

/** A folder that cannot be used, or lacks what is needed: another would do. How one is named is for the shell to say. */
export class FolderError extends InputError {
  constructor(
    message: string,
    readonly use: FolderUse,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
