/** How fast work is done, and how long what is ahead takes at that pace. Time that passes while nothing runs does not count. */
export class Pace {
  #seconds = 0;
  #since: number | null = null;
  #worked = 0;

  begin(): void {
    this.#since ??= performance.now();
  }

  end(): void {
    this.#seconds = this.#elapsed();
    this.#since = null;
  }

  /** @param work that was done, in the unit in which `secondsFor` is asked */
  add(work: number): void {
    this.#worked += work;
  }

  /** Null until enough was done to tell. */
  secondsFor(ahead: number): number | null {
    return this.#worked < 0.05 ? null : (ahead * this.#elapsed()) / this.#worked;
  }

  #elapsed(): number {
    return this.#seconds + (this.#since === null ? 0 : (performance.now() - this.#since) / 1000);
  }
}
