import { useEffect, useId, useRef } from 'preact/hooks';
import type { KeptExperiment } from './messages.js';

interface ConfirmProps {
  readonly experiments: readonly KeptExperiment[];
  readonly onYes: () => void;
  readonly onNo: () => void;
}

/** Asks before something is removed. */
export function Confirm({ experiments, onYes, onNo }: ConfirmProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => dialog.current?.showModal(), []);
  const what = experiments.length === 1 ? experiments[0].name : `all ${experiments.length} experiments`;
  return (
    <dialog ref={dialog} aria-labelledby={id} onClose={onNo}>
      <p id={id}>
        Remove {what} from this browser? Trainings that other experiments share stay. This cannot be undone; an export
        can be imported again.
      </p>
      <div class="buttons">
        <button type="button" onClick={() => dialog.current?.close()}>
          Keep
        </button>
        <button type="button" class="main" onClick={onYes}>
          Remove
        </button>
      </div>
    </dialog>
  );
}
