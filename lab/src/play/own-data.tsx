import { useSignal } from '@preact/signals';
import { useEffect, useId } from 'preact/hooks';
import { keepFiles } from '../data/datasets.js';
import type { KeptData } from '../data/messages.js';
import { announce } from '../parts/announce.js';
import { messageOf } from '../parts/message.js';

interface OwnDataProps {
  readonly onKept: (kept: KeptData) => void;
}

/** Images to hold out where a set is dropped: a twelfth, as MNIST's 5,000 of 60,000, at most so many. */
const MOST_HELD_OUT = 5000;

/** The settings that mean dropped data: all of them, a part held out. */
export const settingsOf = ({
  setting,
  value,
  train,
  test,
  hasValidation,
}: KeptData): Readonly<Record<string, string | null>> => ({
  'data.path': null,
  'data.name': null,
  [setting]: value,
  // A preset may ask for more or for fewer of its own data.
  'data.train': String(train),
  'data.test': String(test),
  'data.validation': hasValidation ? null : String(Math.max(1, Math.min(MOST_HELD_OUT, Math.round(train / 12)))),
});

/** Where one's own data come in: dropped anywhere on the page, or chosen. They stay in this browser. */
export function OwnData({ onKept }: OwnDataProps) {
  const said = useSignal<readonly string[]>([]);
  const isWrong = useSignal(false);
  const isOver = useSignal(false);
  const id = useId();

  const take = async (files: readonly File[]): Promise<void> => {
    if (files.length === 0) return;
    isWrong.value = false;
    said.value = ['Reading.'];
    try {
      const kept = await keepFiles(files);
      said.value = [`${kept.value}: ${kept.about}.`, ...kept.notes];
      onKept(kept);
    } catch (error) {
      isWrong.value = true;
      said.value = [messageOf(error)];
    }
    announce(said.value.join(' '));
  };

  useEffect(() => {
    const over = (event: DragEvent): void => {
      if (!event.dataTransfer?.types.includes('Files')) return;
      event.preventDefault();
      isOver.value = true;
    };
    const out = (event: DragEvent): void => {
      if (event.relatedTarget === null) isOver.value = false;
    };
    const drop = (event: DragEvent): void => {
      if (!event.dataTransfer?.types.includes('Files')) return;
      event.preventDefault();
      isOver.value = false;
      void take([...event.dataTransfer.files]);
    };
    addEventListener('dragover', over);
    addEventListener('dragleave', out);
    addEventListener('drop', drop);
    return () => {
      removeEventListener('dragover', over);
      removeEventListener('dragleave', out);
      removeEventListener('drop', drop);
    };
  }, []);

  return (
    <div class={isOver.value ? 'own over' : 'own'}>
      <label for={id}>
        Your own data: drop an .npz file (x_train, y_train, x_test, y_test) or the four files of MNIST on the page, or
        choose them. They stay in this browser.
      </label>
      <input
        id={id}
        type="file"
        multiple
        accept=".npz,.gz,.ubyte,.idx3-ubyte,.idx1-ubyte,application/octet-stream"
        onChange={(event) => void take([...(event.currentTarget.files ?? [])])}
      />
      {said.value.map((sentence) => (
        <p key={sentence} class={isWrong.value ? 'error' : 'soft'}>
          {sentence}
        </p>
      ))}
    </div>
  );
}
