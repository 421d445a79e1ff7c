import { useMemo, useState } from 'preact/hooks';
import { hrefOf } from '../place.js';
import { choose, lookHref } from './address.js';
import { useOverview } from './loaded.js';
import type { PageProps } from './look.js';
import { Find, Waiting } from './parts.js';
import { type Column, columns, filtered, type RecordRow, rowOf, sorted, timeText } from './rows.js';
import { cell, columnHead, rowAt, sortedHead, VirtualRows } from './virtual.js';
import { countText } from './words.js';

const titles: Readonly<Record<Column, string>> = {
  name: 'name',
  what: 'kind',
  status: 'status',
  network: 'network',
  data: 'data',
  trials: 'trials',
  levels: 'levels',
  when: 'date',
};

/** The runs and studies of a store, live where it tells of changes. */
export function RecordList({ store, chosen, path }: PageProps) {
  const { value, error } = useOverview(store);
  const [text, setText] = useState(chosen.get('find') ?? '');
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const by = columns.find((column) => column === chosen.get('by')) ?? 'when';
  const descending = (chosen.get('order') ?? (by === 'when' ? 'down' : 'up')) === 'down';
  const all = useMemo(() => (value?.records ?? []).map(rowOf), [value]);
  const rows = useMemo(() => sorted(filtered(all, text), by, descending), [all, text, by, descending]);
  if (value === null) return <Waiting error={error} what={`the store in ${store.place}`} />;
  if (all.length === 0 && value.problems.length === 0) return <Empty place={store.place} />;
  const names = all.filter(({ kind, name }) => kind === 'run' && selected.has(name)).map(({ name }) => name);
  const runs = all.filter(({ kind }) => kind === 'run').length;
  const contents = [
    ...(runs > 0 ? [countText(runs, 'run')] : []),
    ...(runs < all.length ? [countText(all.length - runs, 'study', 'studies')] : []),
  ].join(' and ');
  const toggle = (name: string, isOn: boolean): void => {
    const next = new Set(selected);
    if (isOn) next.add(name);
    else next.delete(name);
    setSelected(next);
  };
  return (
    <section aria-label="Runs and studies">
      <div class="list-choices">
        <Find
          value={text}
          example="name, network, status"
          onFind={(find) => {
            setText(find);
            choose(path, chosen, { find });
          }}
        />
        <span class="soft" role="status">
          {rows.length === all.length ? contents : `${rows.length.toLocaleString('en')} of ${contents}`} in{' '}
          {store.place}
        </span>
        {names.length < 2 ? (
          <span class="soft">Select two or more runs to compare them.</span>
        ) : (
          <a class="button" href={lookHref(chosen, ['compare'], { runs: names.join(',') })}>
            Compare {countText(names.length, 'run')}
          </a>
        )}
        {names.length === 0 ? null : (
          <button type="button" onClick={() => setSelected(new Set())}>
            Clear selection
          </button>
        )}
      </div>
      {value.problems.length === 0 ? null : (
        <div role="alert">
          <p class="error">Damaged, and left out of the list:</p>
          <ul class="error">
            {value.problems.map((problem) => (
              <li key={problem}>{problem}</li>
            ))}
          </ul>
        </div>
      )}
      <VirtualRows
        label="Runs and studies"
        count={rows.length}
        height={38}
        narrowHeight={132}
        head={
          <div class="virtual-row virtual-head records-row" {...rowAt(1)}>
            <span {...columnHead}>
              <span class="heard">select</span>
            </span>
            {columns.map((column) => (
              <span key={column} {...sortedHead(column === by ? (descending ? 'descending' : 'ascending') : 'none')}>
                <button
                  type="button"
                  class="sort"
                  onClick={() =>
                    choose(path, chosen, { by: column, order: column === by && !descending ? 'down' : 'up' })
                  }
                >
                  {titles[column]}
                  <span aria-hidden="true">{column === by ? (descending ? ' ↓' : ' ↑') : ''}</span>
                </button>
              </span>
            ))}
          </div>
        }
        row={(place) => {
          const row = rows[place];
          return (
            <Row
              key={`${row.kind} ${row.name}`}
              row={row}
              place={place}
              href={lookHref(chosen, [row.kind, row.name])}
              isSelected={selected.has(row.name)}
              onSelect={(isOn) => toggle(row.name, isOn)}
            />
          );
        }}
      />
    </section>
  );
}

interface RowProps {
  readonly row: RecordRow;
  readonly place: number;
  readonly href: string;
  readonly isSelected: boolean;
  readonly onSelect: (isOn: boolean) => void;
}

function Row({ row, place, href, isSelected, onSelect }: RowProps) {
  return (
    <div class="virtual-row records-row" {...rowAt(place + 2)}>
      <span {...cell}>
        {row.kind === 'run' ? (
          <input
            type="checkbox"
            aria-label={`Select ${row.name} to compare`}
            checked={isSelected}
            onChange={(event) => onSelect(event.currentTarget.checked)}
          />
        ) : null}
      </span>
      <span {...cell}>
        <a href={href} title={row.name}>
          {row.name}
        </a>
      </span>
      <span {...cell}>{row.what}</span>
      <span {...cell} class={`status ${row.state}`} title={row.status}>
        {row.state === 'working' ? <progress max={1} value={row.share} aria-hidden="true" /> : null}
        {row.status}
      </span>
      <span {...cell} title={row.network}>
        {row.network}
      </span>
      <span {...cell} title={row.data}>
        {row.data}
      </span>
      <span {...cell} class="count" data-name={row.trials === 1 ? 'trial' : 'trials'}>
        {row.trials}
      </span>
      <span {...cell} class="count" data-name={row.levels === 1 ? 'level' : 'levels'}>
        {row.levels}
      </span>
      <span {...cell}>
        <time dateTime={row.when}>{timeText(row.when)}</time>
      </span>
    </div>
  );
}

function Empty({ place }: { readonly place: string }) {
  return (
    <section class="panel empty">
      <h2>Nothing here yet</h2>
      <p>
        There is no run in {place}. <a href={hrefOf('play')}>Train an experiment</a> here, or run{' '}
        <code>lottery run quickstart</code> in a terminal and look at its store with <code>lottery lab</code>.
      </p>
    </section>
  );
}
