import { useSignal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { messageOf } from '../parts/message.js';
import type { Experiment } from '../play/experiment.js';
import { pixelsOf } from './images.js';
import { Looker, type Seen } from './looker.js';
import { chosenOf, readNetworks } from './networks.js';
import type { Opinion } from './opinion.js';

interface Opinions {
  /** Probabilities of 0 until the networks have seen the ink. */
  readonly opinions: readonly Opinion[];
  /** What went wrong; null where nothing did. */
  readonly trouble: string | null;
  /** Places in the test set on which these networks disagree; null until that was asked. */
  readonly disputed: readonly number[] | null;
  /** Asks for those places. @param then called when they are known */
  readonly compare: (then: (places: readonly number[]) => void) => void;
}

/** What the networks of a round and a trial say of ink, as soon as they have seen it. */
export function useOpinions(experiment: Experiment, level: number, trial: number, ink: Float32Array): Opinions {
  const { dataset, store } = experiment;
  const answer = useSignal<Extract<Seen, { kind: 'seen' }> | null>(null);
  const compared = useSignal<Extract<Seen, { kind: 'compared' }> | null>(null);
  /** Who waits for the comparison. */
  const wanted = useRef<((places: readonly number[]) => void) | null>(null);
  const trouble = useSignal<string | null>(null);
  const looker = useRef<Looker | null>(null);
  const { value: cells } = experiment.cells;
  const list = useMemo(() => chosenOf(cells.values(), level, trial), [cells, level, trial]);
  const key = list.map(({ cell }) => cell).join(' ');
  const pixels = useMemo(() => pixelsOf(ink, dataset), [ink, dataset]);
  const latest = useRef(pixels);
  latest.current = pixels;

  useEffect(() => {
    const own = new Looker((told) => {
      if (told.kind === 'error') trouble.value = told.message;
      else if (told.kind === 'seen') answer.value = told;
      else {
        compared.value = told;
        wanted.current?.(told.places);
        wanted.current = null;
      }
    });
    looker.current = own;
    return () => own.close();
  }, []);

  useEffect(() => {
    let isOld = false;
    readNetworks(store, list).then(
      (networks) => {
        if (isOld) return;
        trouble.value = null;
        looker.current?.show(key, dataset, networks);
        looker.current?.look(latest.current);
      },
      (error: unknown) => {
        if (!isOld) trouble.value = messageOf(error);
      },
    );
    return () => {
      isOld = true;
    };
  }, [key]);

  useEffect(() => looker.current?.look(pixels), [pixels]);

  const told = answer.value;
  const fits = told !== null && told.key === key;
  const none = dataset.classNames.map(() => 0);
  const opinions = list.map(
    ({ condition }, place): Opinion => ({ condition, probabilities: fits ? told.probabilities[place] : none }),
  );
  const disputed = compared.value?.key === key ? compared.value.places : null;
  const compare = (then: (places: readonly number[]) => void) => {
    if (disputed !== null) {
      then(disputed);
      return;
    }
    wanted.current = then;
    looker.current?.compare(dataset.test);
  };
  return { opinions, trouble: trouble.value, disputed, compare };
}
