import type { FinishedCell } from 'lottery-lab/experiments';
import { type StoreOverview, type StoreView, ViewOfStore } from 'lottery-lab/laboratory';
import { kept } from '../keep/kept.js';
import { serverView } from './server-view.js';

/** A store that people look at. One that can tells of changes; others are looked at again when the page is. */
export interface ShownStore extends StoreView {
  /** Calls back with the store as it is, now and whenever it changes. @returns what ends that */
  watch?(listener: (overview: StoreOverview) => void): () => void;
  /** Where the self-contained report of a record is, where it has one. */
  reportOf?(kind: 'run' | 'study', name: string): string | null;
  /** A finished cell with its weights, where the store is in this browser. */
  readCell?(id: string): Promise<FinishedCell>;
}

interface Source {
  /** As the choice among stores calls it. */
  readonly title: string;
  readonly open: () => Promise<ShownStore>;
}

let browser: Promise<ShownStore> | undefined;

function openBrowser(): Promise<ShownStore> {
  browser ??= kept().then(({ store }) =>
    Object.assign(new ViewOfStore(store, 'this browser'), { readCell: (id: string) => store.read(id) }),
  );
  return browser;
}

const server = serverView;

/** The stores that there are, by their names in addresses. The first is shown by default: the server's, where there is one. */
export const sources: ReadonlyMap<string, Source> = new Map<string, Source>([
  ...(server === null ? [] : ([['server', { title: server.place, open: async () => server }]] as const)),
  ['browser', { title: 'this browser', open: openBrowser }],
]);
