import { InputError } from '../networks/errors.js';

/** What of a store is damaged: a cell or a measurement by its name, a record by its folder's, or the file that makes it a store. */
export interface Damaged {
  readonly kind: 'cell' | 'measurement' | 'run' | 'study' | 'store';
  readonly name: string;
}

/** Something in a store is not what its name or its checksum says. It can be set aside and made again. */
export class DamageError extends InputError {
  constructor(
    message: string,
    readonly damaged: Damaged,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Where damaged things are put out of the way. */
export interface Mendable {
  /**
   * Moves something damaged aside, so that its place is free for what is made again. Nothing is deleted.
   *
   * @returns where it is now; null when nothing lay there
   * @throws InputError when it cannot be moved
   */
  setAside(damaged: Damaged): Promise<string | null>;
}
