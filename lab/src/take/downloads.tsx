import { useSignal } from '@preact/signals';
import { conditionOf } from 'lottery-lab/analysis';
import type { CellPart, CellResult, FinishedCell, RunResults } from 'lottery-lab/experiments';
import { announce } from '../parts/announce.js';
import { askWorker } from '../parts/ask-worker.js';
import { Select } from '../parts/field.js';
import { messageOf } from '../parts/message.js';
import { saveAs } from '../parts/save.js';
import type { TakeReply, TakeRequest, TensorFormat } from './messages.js';

export interface DownloadsProps {
  /** What the run found so far, as a store's view or an experiment gives it. */
  readonly results: RunResults;
  /** A finished cell with its weights; absent where those are not at hand. */
  readonly readCell?: ((id: string) => Promise<FinishedCell>) | undefined;
}

/** Asks a worker of its own for a file, and has the browser save it. @returns its name */
async function take(request: TakeRequest): Promise<string> {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
  const { name, content } = await askWorker<TakeReply>(worker, request, { what: 'Making the file' });
  saveAs(name, content);
  return name;
}

const parts: readonly (readonly [CellPart, string])[] = [
  ['final', 'weights at the end'],
  ['early-stop', 'weights at early stop'],
  ['mask', 'mask'],
];

const formats: readonly (readonly [TensorFormat, string])[] = [
  ['safetensors', 'safetensors (PyTorch)'],
  ['npz', 'npz (NumPy)'],
];

const titleOf = ({ condition, trial, level, draw }: CellResult): string =>
  `${conditionOf(condition).title}, trial ${trial + 1}, round ${level}${draw === 0 ? '' : `, draw ${draw + 1}`}`;

/** Saves what a run found: its report, its numbers, and the weights and masks of its networks. */
export default function Downloads({ results, readCell }: DownloadsProps) {
  const busy = useSignal(false);
  const said = useSignal('');
  const trouble = useSignal<string | null>(null);
  const cell = useSignal(results.cells[0]?.id ?? '');
  const part = useSignal<CellPart>('final');
  const format = useSignal<TensorFormat>('safetensors');

  const save = async (request: () => TakeRequest | Promise<TakeRequest>): Promise<void> => {
    busy.value = true;
    trouble.value = null;
    try {
      said.value = `${await take(await request())} is saved.`;
      announce(said.value);
    } catch (error) {
      said.value = '';
      trouble.value = messageOf(error);
    } finally {
      busy.value = false;
    }
  };

  if (results.cells.length === 0) return null;
  const button = (title: string, kind: 'report' | 'trainings' | 'tables') => (
    <button type="button" disabled={busy.value} onClick={() => void save(() => ({ kind, results }))}>
      {title}
    </button>
  );
  return (
    <section class="downloads">
      <h2>Download</h2>
      <div class="buttons">
        {button('Report (HTML)', 'report')}
        {button('Trainings (CSV)', 'trainings')}
        {button('All tables (CSV in a zip)', 'tables')}
      </div>
      {readCell === undefined ? null : (
        <form onSubmit={(event) => event.preventDefault()} aria-label="Weights and masks">
          <Select
            label="training"
            value={cell.value}
            options={results.cells.map((one) => [one.id, titleOf(one)] as const)}
            onChange={(id) => (cell.value = id)}
          />
          <Select
            label="what"
            value={part.value}
            options={parts}
            onChange={(name) => (part.value = name as CellPart)}
          />
          <Select
            label="format"
            value={format.value}
            options={formats}
            onChange={(name) => (format.value = name as TensorFormat)}
          />
          <div class="buttons">
            <button
              type="button"
              disabled={busy.value}
              onClick={() =>
                void save(async () => ({
                  kind: 'cell',
                  cell: await readCell(cell.peek()),
                  part: part.peek(),
                  format: format.peek(),
                }))
              }
            >
              Save
            </button>
          </div>
        </form>
      )}
      <p role="status">{said.value}</p>
      <p class="error" role="alert">
        {trouble.value}
      </p>
    </section>
  );
}
