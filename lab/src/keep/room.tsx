import { useSignal } from '@preact/signals';
import type { RecordName } from 'lottery-lab/experiments';
import { useEffect, useId } from 'preact/hooks';
import { announce } from '../parts/announce.js';
import { messageOf } from '../parts/message.js';
import { saveAs } from '../parts/save.js';
import { hrefOf } from '../place.js';
import { aloneWithContents, runsInTraining } from './alone.js';
import { BrowserStore } from './browser-store.js';
import { Confirm } from './confirm.js';
import { spaceOf } from './database.js';
import { exportKept, importKept, listKept } from './keeper.js';
import { askToKeep, type Kept, kept } from './kept.js';
import './kept.css';
import { List } from './list.js';
import type { KeptExperiment, KeptList } from './messages.js';
import { removeRecords } from './removal.js';
import { sizeText } from './size-text.js';

interface Shown extends KeptList {
  readonly kept: Kept;
  /** Bytes by the name of a cell. */
  readonly sizes: ReadonlyMap<string, number>;
  readonly space: StorageEstimate;
  readonly isSafe: boolean;
}

const plural = (count: number, one: string, many = `${one}s`) => `${count} ${count === 1 ? one : many}`;

async function look(): Promise<Shown> {
  const here = await kept();
  const [list, sizes, space, isSafe] = await Promise.all([
    listKept(here.store),
    here.store instanceof BrowserStore ? here.store.sizes() : new Map<string, number>(),
    spaceOf(),
    navigator.storage?.persisted?.() ?? false,
  ]);
  return { ...list, kept: here, sizes, space, isSafe };
}

/** What is kept in this browser: opened, exported, removed; and archives taken in. */
export default function KeptRoom() {
  const shown = useSignal<Shown | null>(null);
  const work = useSignal<{ readonly text: string; readonly share: number } | null>(null);
  const said = useSignal('');
  const trouble = useSignal<string | null>(null);
  const asked = useSignal<readonly KeptExperiment[] | null>(null);

  const refresh = async (): Promise<void> => {
    try {
      shown.value = await look();
    } catch (error) {
      trouble.value = messageOf(error);
    }
  };
  useEffect(() => void refresh(), []);

  /** Does one thing at a time, and says how it went. */
  const doing = async (text: string, thing: (here: Kept) => Promise<string>): Promise<void> => {
    if (work.peek() !== null || shown.peek() === null) return;
    trouble.value = null;
    said.value = '';
    work.value = { text, share: 0 };
    try {
      said.value = await thing((shown.peek() as Shown).kept);
      announce(said.value);
    } catch (error) {
      trouble.value = messageOf(error);
    } finally {
      work.value = null;
      await refresh();
    }
  };
  const onProgress = (text: string, share: number): void => {
    work.value = { text, share };
  };

  const save = (names: readonly RecordName[], folder: string) =>
    doing('Packing', async ({ store }) => {
      const archive = await exportKept(store, names, folder, onProgress);
      saveAs(`${folder}.zip`, archive);
      return `${folder}.zip holds ${plural(names.length, 'experiment')}, ${sizeText(archive.size)}. Unpacked, it is a store: lottery show ${names[0].name} --store ${folder}`;
    });

  const takeIn = (file: File) =>
    doing('Checking', async ({ store }) => {
      const { records, cells, known, leftOut } = await importKept(store, file, onProgress);
      const there = known === 0 ? '' : ` ${plural(known, 'experiment was', 'experiments were')} here already.`;
      const rest =
        leftOut === 0
          ? ''
          : ` ${plural(leftOut, 'other file')} in it, such as reports and checkpoints, ${leftOut === 1 ? 'was' : 'were'} left out.`;
      return `From ${file.name}: ${plural(records.length, 'experiment')} and ${plural(cells, 'training')} are kept now.${there}${rest}`;
    });

  const remove = (experiments: readonly KeptExperiment[]) =>
    doing('Removing', async ({ store }) => {
      asked.value = null;
      const training = await runsInTraining();
      const busy = experiments.find(({ name }) => training.has(name));
      if (busy !== undefined) throw new Error(`${busy.name} is in training on a page of this browser; pause it first.`);
      await aloneWithContents(() => removeRecords(store, experiments));
      return `${plural(experiments.length, 'experiment')} removed.`;
    });

  if (shown.value === null) return <p class="soft">{trouble.value ?? 'Looking.'}</p>;
  const { experiments, problems, sizes, space, isSafe, kept: here } = shown.value;
  const busy = work.value !== null;
  const total = [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0);
  return (
    <div class="kept">
      <h2>Kept in this browser</h2>
      {here.passing === null ? (
        <p class="soft">
          {plural(experiments.length, 'experiment')}, {sizeText(total)} of weights and curves.
          {space.quota === undefined
            ? ''
            : ` The browser, which may compress them, counts ${sizeText(space.usage ?? 0)} of ${sizeText(space.quota)} for this page.`}{' '}
          {isSafe ? 'They stay until they are removed.' : 'The browser may clear them when space runs out.'}
        </p>
      ) : (
        <p class="error">{here.passing}</p>
      )}
      <div class="buttons">
        <button
          type="button"
          disabled={busy || experiments.length === 0}
          onClick={() => save(experiments, 'lottery-store')}
        >
          Export all
        </button>
        <Import disabled={busy} onFile={takeIn} />
        <button type="button" disabled={busy || experiments.length === 0} onClick={() => (asked.value = experiments)}>
          Remove all
        </button>
        {isSafe || here.passing !== null ? null : (
          <button
            type="button"
            onClick={async () => {
              said.value = (await askToKeep())
                ? 'The browser keeps them until they are removed.'
                : 'The browser does not promise to keep them: export what matters.';
              await refresh();
            }}
          >
            Ask the browser to keep them
          </button>
        )}
      </div>
      {work.value === null ? null : (
        <p class="work">
          <progress max={1} value={work.value.share} aria-label={work.value.text} /> {work.value.text}
        </p>
      )}
      <p class="error" role="alert">
        {trouble.value}
      </p>
      <p role="status" class="said">
        {said.value}
      </p>
      {problems.map((problem) => (
        <p key={problem} class="error">
          {problem}
        </p>
      ))}
      {experiments.length === 0 ? (
        <p>
          Nothing is kept here yet. <a href={hrefOf('play')}>Train something</a>, or import an archive: an export of
          this page, or a zipped store of the command line.
        </p>
      ) : (
        <List
          experiments={experiments}
          sizes={sizes}
          disabled={busy}
          onExport={save}
          onRemove={(one) => (asked.value = [one])}
        />
      )}
      {asked.value === null ? null : (
        <Confirm
          experiments={asked.value}
          onYes={() => void remove(asked.value as readonly KeptExperiment[])}
          onNo={() => (asked.value = null)}
        />
      )}
    </div>
  );
}

function Import({ disabled, onFile }: { readonly disabled: boolean; readonly onFile: (file: File) => void }) {
  const id = useId();
  return (
    <span class="import">
      <label for={id}>Import (.zip)</label>
      <input
        id={id}
        type="file"
        accept=".zip,application/zip"
        disabled={disabled}
        onChange={({ currentTarget }) => {
          const [file] = currentTarget.files ?? [];
          if (file !== undefined) onFile(file);
          currentTarget.value = '';
        }}
      />
    </span>
  );
}
