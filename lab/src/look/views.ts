import { type StoreOverview, type StoreView, ViewOfStore } from 'lottery-lab/laboratory';
import { BrowserStore } from '../keep/browser-store.js';

/** A store that people look at. One that can tells of changes; others are looked at again when the page is. */
export interface ShownStore extends StoreView {
  /** Calls back with the store as it is, now and whenever it changes. @returns what ends that */
  watch?(listener: (overview: StoreOverview) => void): () => void;
  /** Where the self-contained report of a record is, where it has one. */
  reportOf?(kind: 'run' | 'study', name: string): string | null;
}

interface Source {
  /** As the choice among stores calls it. */
  readonly title: string;
  readonly open: () => Promise<ShownStore>;
}

let browser: Promise<ShownStore> | undefined;

async function openBrowser(): Promise<ShownStore> {
  return new ViewOfStore(await BrowserStore.open(), 'this browser');
}

/** The stores that there are, by their names in addresses. The first is shown by default. */
export const sources: Readonly<Record<string, Source>> = {
  browser: {
    title: 'this browser',
    open: () => {
      browser ??= openBrowser();
      // Where the browser keeps nothing now, it may after a change of its settings: it is asked again.
      browser.catch(() => {
        browser = undefined;
      });
      return browser;
    },
  },
};
