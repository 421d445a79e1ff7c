import { MemoryStore, type Store } from 'lottery-lab/experiments';
import { messageOf } from '../parts/message.js';
import { BrowserStore } from './browser-store.js';

/** Where the page keeps experiments. */
export interface Kept {
  readonly store: Store;
  /** Why nothing is kept beyond this visit, as sentences for people; null where it is. */
  readonly passing: string | null;
}

let opened: Promise<Kept> | null = null;

/** The store of this page: the browser's own, or where it allows none, one that lasts as long as the page. */
export function kept(): Promise<Kept> {
  opened ??= BrowserStore.open().then(
    (store): Kept => ({ store, passing: null }),
    (error: unknown): Kept => ({
      store: new MemoryStore(),
      passing: `Nothing is kept beyond this visit: ${messageOf(error)} Export what you want to keep before the page is closed, or allow the page to store data (a private window may not) and reload it.`,
    }),
  );
  return opened;
}

/**
 * Asks the browser not to clear what is kept here when space runs out. Some ask the person, so this is for when something is about to be
 * worth keeping.
 *
 * @returns whether it will be kept
 */
export async function askToKeep(): Promise<boolean> {
  try {
    return (await navigator.storage.persisted()) || (await navigator.storage.persist());
  } catch {
    // Not every browser knows of it, and none where the page is not served securely.
    return false;
  }
}
