import { useSignal } from '@preact/signals';
import type { RunResults } from 'lottery-lab/experiments';
import type { RecordOverview } from 'lottery-lab/laboratory';
import type { ComponentChildren } from 'preact';
import { rowOf, timeText } from './rows.js';
import type { SeriesStyle } from './styles.js';

/** What is shown while something is loaded, and where it cannot be. */
export function Waiting({ error, what }: { readonly error: string | null; readonly what: string }) {
  return error === null ? (
    <p class="soft" role="status">
      Reading {what}.
    </p>
  ) : (
    <p class="error" role="alert">
      {error}
    </p>
  );
}

interface FindProps {
  readonly value: string;
  /** What may be typed, for example. */
  readonly example: string;
  readonly onFind: (text: string) => void;
}

/** Words that rows of a list must have. */
export function Find({ value, example, onFind }: FindProps) {
  return (
    <label>
      <span>find</span>
      <input type="search" value={value} placeholder={example} onInput={(event) => onFind(event.currentTarget.value)} />
    </label>
  );
}

/** How far a record is while others work on it; nothing where it is done, or where the store tells of nothing. */
export function AtWork({ records }: { readonly records: readonly RecordOverview[] }) {
  const rows = records.map(rowOf).filter(({ state }) => state !== 'done');
  return rows.length === 0 ? null : (
    <p class={`status ${rows[0].state}`}>
      <progress max={1} value={rows[0].share} aria-label="Share that is done" />
      {rows[0].status}
    </p>
  );
}

/** What there is room for at once beside a heading; on a phone it is folded away, as it is long. */
const isWide = matchMedia('(min-width: 761px)').matches;

interface JudgedProps {
  readonly summary: string;
  readonly sentences: readonly { readonly outcome: string | null; readonly text: string }[];
}

/** Sentences with the marks of their verdicts. */
export function Judged({ summary, sentences }: JudgedProps) {
  return (
    <details open={isWide}>
      <summary>{summary}</summary>
      <ul class="statements">
        {sentences.map(({ outcome, text }) => (
          <li key={text} class={outcome ?? 'described'}>
            {text}
          </li>
        ))}
      </ul>
    </details>
  );
}

/** Terms and what is said of them. */
export function Facts({ facts }: { readonly facts: readonly (readonly [string, ComponentChildren])[] }) {
  return (
    <dl class="facts">
      {facts.map(([term, text]) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd>{text}</dd>
        </div>
      ))}
    </dl>
  );
}

interface TableProps {
  readonly caption: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly ComponentChildren[])[];
  /** How many columns, from the first on, are words and not numbers. The first names its row, and stays where the others are scrolled. */
  readonly words?: number;
}

/** A table that scrolls sideways by itself where it is wider than the page. */
export function Table({ caption, head, rows, words = 0 }: TableProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys.
    <section class="scroll" tabIndex={0} aria-label={caption}>
      <table class={words > 0 ? 'look-table named' : 'look-table'}>
        <caption class="heard">{caption}</caption>
        <thead>
          <tr>
            {head.map((text, column) => (
              <th key={text} scope="col" class={column < words ? 'text' : undefined}>
                {text}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, place) => (
            <tr key={place}>
              {row.map((text, column) =>
                words > 0 && column === 0 ? (
                  <th key={head[column]} scope="row" class="text">
                    {text}
                  </th>
                ) : (
                  <td key={head[column]} class={column < words ? 'text' : undefined}>
                    {text}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** A command, to be copied. */
export function Command({ text }: { readonly text: string }) {
  const said = useSignal('');
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      said.value = 'Copied.';
    } catch {
      said.value = 'This page may not copy here: select the command and copy it.';
    }
  };
  return (
    <div class="command">
      <pre>{text}</pre>
      <button type="button" onClick={() => void copy()}>
        Copy command
      </button>{' '}
      <span role="status">{said.value}</span>
    </div>
  );
}

/** What made results, on what, and when. */
export const provenanceFacts = (
  digest: string | null,
  { version, arithmetic, engine, platform, processor, started, finished, cellSeconds }: RunResults['provenance'],
): readonly (readonly [string, ComponentChildren])[] => [
  ['digest', digest === null ? 'none until every training is finished' : <code>{digest}</code>],
  ['made by', `lottery-lab ${version}, arithmetic ${arithmetic}`],
  ['on', [engine, platform, processor].filter((text) => text !== '').join(', ')],
  [
    'when',
    `${timeText(started)}${finished === null ? ', not finished' : ` to ${timeText(finished)}`}; ${Math.round(cellSeconds).toLocaleString('en')} s of training in all`,
  ],
];

/** The names of lines, as they are drawn. */
export function LineLegend({
  styles,
  isCurve,
}: {
  readonly styles: readonly SeriesStyle[];
  readonly isCurve: boolean;
}) {
  return (
    <ul class="legend">
      {styles.map(({ title, colour, dash, symbol }) => (
        <li key={title}>
          <svg class="line-sample" width="34" height="12" viewBox="0 0 34 12" aria-hidden="true">
            <line x1="0" x2="34" y1="6" y2="6" stroke={colour} stroke-width="2" stroke-dasharray={dash} />
            {isCurve ? null : <path d={shapes[symbol] ?? shapes.circle} fill={colour} transform="translate(17 6)" />}
          </svg>
          {title}
        </li>
      ))}
    </ul>
  );
}

/** Small pictures of Plot's symbols, around 0, 0. */
const shapes: Readonly<Record<string, string>> = {
  circle: 'M4.5 0A4.5 4.5 0 1 1 -4.5 0A4.5 4.5 0 1 1 4.5 0Z',
  square: 'M-4 -4H4V4H-4Z',
  diamond: 'M0 -6L3.6 0L0 6L-3.6 0Z',
  triangle: 'M0 -5.5L4.8 3.4H-4.8Z',
  star: 'M0 -6L1.4 -1.9L5.7 -1.9L2.2 0.7L3.5 4.9L0 2.3L-3.5 4.9L-2.2 0.7L-5.7 -1.9L-1.4 -1.9Z',
  cross: 'M-1.5 -4.5H1.5V-1.5H4.5V1.5H1.5V4.5H-1.5V1.5H-4.5V-1.5H-1.5Z',
  wye: 'M-1.4 0.8V5H1.4V0.8L5 -1.3L3.6 -3.7L0 -1.6L-3.6 -3.7L-5 -1.3Z',
};
