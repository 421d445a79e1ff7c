import { signal } from '@preact/signals';
import { servedStore } from './parts/served.js';

/** Where in the lab one is: what stands after the hash of the address, so that any host of static files can serve every page. */
export interface Place {
  /** Its parts: `/look/run/abc` is `['look', 'run', 'abc']`. */
  readonly path: readonly string[];
  /** What is chosen there, as it stands in the address. */
  readonly query: string;
}

const read = (hash: string): Place => {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split(/\?(.*)/s);
  return {
    path: path
      .split('/')
      .filter((part) => part !== '')
      .map(decoded),
    query,
  };
};

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    // A per cent sign that begins no code stands for itself.
    return part;
  }
}

/** The room of an address that names none: what newcomers should see, or the store where one is served with the page. */
export const FIRST = servedStore === null ? 'tour' : 'look';

/** The place that is shown. */
export const place = signal<Place>(read(location.hash));

addEventListener('hashchange', () => {
  place.value = read(location.hash);
});

/** The address of a place: `hrefOf('look', 'run', name)`. */
export const hrefOf = (...path: readonly string[]): string => `#/${path.map(encodeURIComponent).join('/')}`;

/** Changes what stands in the address without a new step in the browser's history: what is chosen on a page, key by key. */
export function replaceAddress(hash: string): void {
  if (location.hash === hash) return;
  history.replaceState(null, '', hash);
  place.value = read(hash);
}
