import type { RecordName, RunResults } from 'lottery-lab/experiments';
import {
  type CellView,
  fromWire,
  type StoreOverview,
  type StoreView,
  type StudyView,
  type TaskLine,
} from 'lottery-lab/laboratory';
import { servedStore } from '../parts/served.js';

/** What a server tells of its store beyond what any store does. */
interface ServedOverview extends StoreOverview {
  readonly reports: readonly RecordName[];
}

/** Milliseconds after which a stream that the server refused is asked for again: the first wait, and the longest. */
const FIRST_WAIT = 2000;
const LONGEST_WAIT = 30_000;

/** The store of the server that this page came from, asked over `api/`. All addresses are relative to the page's. */
export class ServerView implements StoreView {
  readonly place: string;
  readonly #listeners = new Set<(overview: StoreOverview) => void>();
  #source: EventSource | null = null;
  #again: ReturnType<typeof setTimeout> | undefined;
  #wait = FIRST_WAIT;
  #last: ServedOverview | null = null;
  #reports: ReadonlySet<string> = new Set();

  constructor(place: string) {
    this.place = place;
  }

  async overview(): Promise<StoreOverview> {
    return this.#take((await asked('overview')) as ServedOverview);
  }

  run(name: string): Promise<RunResults> {
    return asked('runs', name) as Promise<RunResults>;
  }

  study(name: string): Promise<StudyView> {
    return asked('studies', name) as Promise<StudyView>;
  }

  tasks({ kind, name }: RecordName): Promise<readonly TaskLine[]> {
    return asked('tasks', kind, name) as Promise<readonly TaskLine[]>;
  }

  cell(id: string): Promise<CellView> {
    return asked('cells', id) as Promise<CellView>;
  }

  /** Where the self-contained report of a record is; null where none was seen at the last look. */
  reportOf(kind: RecordName['kind'], name: string): string | null {
    return this.#reports.has(`${kind} ${name}`) ? `reports/${kind}/${encodeURIComponent(name)}/report.html` : null;
  }

  /**
   * Calls back with the store as it is, now and whenever it changes. A connection that ends is made again.
   *
   * @returns what ends that
   */
  watch(listener: (overview: StoreOverview) => void): () => void {
    // The same function may listen twice.
    const own = (overview: StoreOverview) => listener(overview);
    this.#listeners.add(own);
    if (this.#last !== null) own(this.#last);
    if (this.#source === null && this.#again === undefined) this.#connect();
    return () => {
      this.#listeners.delete(own);
      if (this.#listeners.size === 0) this.#rest();
    };
  }

  #connect(): void {
    this.#again = undefined;
    const source = new EventSource('api/events');
    this.#source = source;
    source.addEventListener('overview', ({ data }: MessageEvent<string>) => {
      this.#wait = FIRST_WAIT;
      const overview = this.#take(fromWire(data) as ServedOverview);
      this.#last = overview;
      for (const listener of this.#listeners) listener(overview);
    });
    source.addEventListener('error', () => {
      // The browser itself connects again, except where it was refused.
      if (source.readyState !== EventSource.CLOSED || this.#source !== source) return;
      this.#source = null;
      this.#again = setTimeout(() => this.#connect(), this.#wait);
      this.#wait = Math.min(LONGEST_WAIT, this.#wait * 2);
    });
  }

  #rest(): void {
    this.#source?.close();
    clearTimeout(this.#again);
    this.#source = null;
    this.#again = undefined;
    this.#wait = FIRST_WAIT;
    // It is not heard of any more, and would be out of date.
    this.#last = null;
  }

  #take(overview: ServedOverview): ServedOverview {
    this.#reports = new Set(overview.reports.map(({ kind, name }) => `${kind} ${name}`));
    return overview;
  }
}

/** @throws Error with the server's sentence, or what to do where there is no answer */
async function asked(...parts: string[]): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(`api/${parts.map(encodeURIComponent).join('/')}`);
  } catch (error) {
    throw new Error('lottery lab does not answer; start it again, and open the address that it prints.', {
      cause: error,
    });
  }
  let value: unknown;
  try {
    value = fromWire(await response.text());
  } catch (error) {
    throw new Error(`lottery lab answered with something else than data (status ${response.status}).`, {
      cause: error,
    });
  }
  if (response.ok) return value;
  const { error } = value as { readonly error?: unknown };
  throw new Error(typeof error === 'string' ? error : `lottery lab answered with status ${response.status}.`);
}

/** The store of the server behind this page; null where there is none. */
export const serverView: ServerView | null = servedStore === null ? null : new ServerView(servedStore);
