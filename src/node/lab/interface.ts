import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DamageError } from '../../experiments/damage.js';
import type { RecordName } from '../../experiments/record-store.js';
import { type StoreOverview, ViewOfStore } from '../../laboratory/index.js';
import { InputError } from '../../networks/errors.js';
import { printable } from '../../networks/printable.js';
import type { FileStore } from '../store/index.js';
import { recordPlaces } from '../store/layout.js';
import { type Answer, sentenceAnswer } from './answer.js';

/** The file of a record's folder that people open. */
export const REPORT = 'report.html';

/** A store as the interface tells of it. */
export interface ServedOverview extends StoreOverview {
  /** Records that have a report. */
  readonly reports: readonly RecordName[];
}

/** What the interface answers, by address: everything that people see of a store, as plain data. */
export class Interface {
  readonly #store: FileStore;
  readonly #view: ViewOfStore;
  #looking: Promise<ServedOverview> | null = null;

  constructor(store: FileStore) {
    this.#store = store;
    this.#view = new ViewOfStore(store, store.folder);
  }

  /** The store as it is now; those who ask at the same time share a look. */
  overview(): Promise<ServedOverview> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = null;
    });
    return this.#looking;
  }

  async #look(): Promise<ServedOverview> {
    const overview = await this.#view.overview();
    const reports = overview.records
      .filter(({ kind, name }) => existsSync(join(recordPlaces[kind].folder(this.#store.folder, name), REPORT)))
      .map(({ kind, name }): RecordName => ({ kind, name }));
    return { ...overview, reports };
  }

  /**
   * What is asked for, or why there is no such thing.
   *
   * @param parts of the address, after `api/`
   */
  async answer(parts: readonly string[]): Promise<Answer | { readonly value: unknown }> {
    const asked = this.#asked(parts);
    if (asked === null) {
      return sentenceAnswer(404, 'The interface has overview, runs/, studies/, tasks/, cells/ and events.', true);
    }
    try {
      return { value: await asked() };
    } catch (error) {
      const status = error instanceof InputError && !(error instanceof DamageError) ? 404 : 500;
      return sentenceAnswer(status, sentenceOf(error), true);
    }
  }

  #asked([what, ...names]: readonly string[]): (() => Promise<unknown>) | null {
    const [first, second] = names;
    if (names.some((name) => name === '')) return null;
    if (what === 'overview' && names.length === 0) return () => this.overview();
    if (names.length === 1) {
      if (what === 'runs') return () => this.#view.run(first);
      if (what === 'studies') return () => this.#view.study(first);
      if (what === 'cells') return () => this.#view.cell(first);
    }
    if (what === 'tasks' && names.length === 2 && (first === 'run' || first === 'study')) {
      return () => this.#view.tasks({ kind: first, name: second });
    }
    return null;
  }
}

/** An error for whoever asked, without where in the program it came from. */
export function sentenceOf(error: unknown): string {
  const message = printable(error instanceof Error ? error.message : String(error));
  return error instanceof InputError ? message : `Unexpected error: ${message}`;
}
