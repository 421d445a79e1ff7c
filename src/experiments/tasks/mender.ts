import { DamageError, type Mendable } from '../damage.js';
import type { MendedDamage } from './events.js';

/** Moves what is damaged aside, each thing once: what is damaged again after it was made anew is a failure. */
export class Mender {
  readonly mended: MendedDamage[] = [];
  readonly #store: Mendable;
  /** The round in which something was found to be damaged, by what it is. */
  readonly #rounds = new Map<string, number>();
  #round = 0;
  readonly #onMended: (mended: MendedDamage) => void;

  constructor(store: Mendable, onMended: (mended: MendedDamage) => void = () => {}) {
    this.#store = store;
    this.#onMended = onMended;
  }

  /** What was damaged before has been made again by now. */
  nextRound(): void {
    this.#round++;
  }

  /** Null where the error was about something damaged that is out of the way now; else the error to report. */
  async mend(error: unknown): Promise<unknown> {
    if (!(error instanceof DamageError)) return error;
    const { damaged, message } = error;
    const key = `${damaged.kind} ${damaged.name}`;
    const met = this.#rounds.get(key);
    // Several tasks may meet the same damage before it is made again.
    if (met !== undefined) return met === this.#round ? null : error;
    this.#rounds.set(key, this.#round);
    let place: string | null;
    try {
      place = await this.#store.setAside(damaged);
    } catch (trouble) {
      this.#rounds.delete(key);
      return trouble;
    }
    const mended = { damaged, message, place };
    this.mended.push(mended);
    this.#onMended(mended);
    return null;
  }
}
