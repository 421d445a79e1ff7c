/** What some results rest on. */
export interface Basis {
  /** When the record was finished; null while it is not. */
  readonly finished: string | null;
  /** Names of its tasks that were finished when it was looked at. */
  readonly present: ReadonlySet<string>;
}

interface Kept {
  readonly basis: Basis;
  readonly results: Promise<unknown>;
}

/** Results that are kept at once: each of a large record is some megabytes. */
const MOST = 4;

const isSame = (one: Basis, other: Basis): boolean =>
  one.finished === other.finished &&
  one.present.size === other.present.size &&
  [...one.present].every((id) => other.present.has(id));

/** Results of the records that were asked for last, worked out again once another of their tasks is finished. */
export class RecentResults {
  readonly #kept = new Map<string, Kept>();

  /**
   * @param of which record's
   * @param basis what there is of it now
   * @param workOut what gives its results; what it throws is thrown, and is not kept
   */
  get<Results>(of: string, basis: Basis, workOut: () => Promise<Results>): Promise<Results> {
    const before = this.#kept.get(of);
    const kept: Kept = before !== undefined && isSame(before.basis, basis) ? before : { basis, results: workOut() };
    this.#kept.delete(of);
    this.#kept.set(of, kept);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MOST) this.#kept.delete(oldest);
    kept.results.catch(() => {
      if (this.#kept.get(of) === kept) this.#kept.delete(of);
    });
    return kept.results as Promise<Results>;
  }
}
