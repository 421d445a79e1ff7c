import { type Damaged, DamageError, type Mendable } from '../damage.js';
import type { MendedDamage } from './events.js';

/** Moves what is damaged aside, each thing once: what is damaged again after it was made anew is a failure. */
export class Mender {
  readonly mended: MendedDamage[] = [];
  readonly #store: Mendable;
  readonly #onMended: (mended: MendedDamage) => void;

  constructor(store: Mendable, onMended: (mended: MendedDamage) => void = () => {}) {
    this.#store = store;
    this.#onMended = onMended;
  }

  /** Null where the error was about something damaged that is out of the way now; else the error to report. */
  async mend(error: unknown): Promise<unknown> {
    if (!(error instanceof DamageError)) return error;
    const { damaged, message } = error;
    const isSame = (other: Damaged) => other.kind === damaged.kind && other.name === damaged.name;
    const isKnown = this.mended.some((before) => isSame(before.damaged));
    let place: string | null;
    try {
      place = await this.#store.setAside(damaged);
    } catch (trouble) {
      return trouble;
    }
    // Two tasks may meet the same damage: what the first moved is gone for the second.
    if (isKnown) return place === null ? null : error;
    const mended = { damaged, message, place };
    this.mended.push(mended);
    this.#onMended(mended);
    return null;
  }
}
