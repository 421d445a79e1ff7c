import { useSignal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { announce } from '../parts/announce.js';
import { roundText, TrialChoice } from '../parts/choices.js';
import type { Experiment } from '../play/experiment.js';
import { type Drawing, emptyDrawing, inkOf, placed, type Stroke, undone } from './drawing.js';
import { inkOfExample, placingOf } from './images.js';
import { choicesAmong } from './networks.js';
import { type Opinion, opinionText } from './opinion.js';
import { Opinions } from './opinions.js';
import { Paper, paint } from './paper.js';
import { useOpinions } from './use-opinions.js';
import './draw.css';

export interface DrawProps {
  /** Of which at least the dense network of one trial is finished; until then nothing is shown. */
  readonly experiment: Experiment;
  /** The round whose ticket and controls are asked first; default: the last one that is finished. */
  readonly level?: number;
  /** The trial that is asked first, from 0. Default: the first. */
  readonly trial?: number;
}

/** Images narrower than this cannot be drawn. */
const NARROWEST = 8;
/** Milliseconds after the last change until it is said what the networks take the drawing for. */
const SAY_AFTER = 900;

/**
 * A paper to draw a digit on, and what the dense network, the ticket and its controls say of it, while it is drawn. The networks are read
 * from the experiment's store and run in a worker, as in evaluation. Shows nothing where images are in colour or too small to draw.
 */
export function Draw({ experiment, level, trial = 0 }: DrawProps) {
  const { shape } = experiment.dataset;
  const { value: cells } = experiment.cells;
  const among = useMemo(() => choicesAmong(cells.values()), [cells]);
  if (shape.channels !== 1 || Math.min(shape.width, shape.height) < NARROWEST || among.trials.length === 0) return null;
  return <Drawn key={experiment.planned.folder} experiment={experiment} level={level} trial={trial} among={among} />;
}

interface DrawnProps {
  readonly experiment: Experiment;
  readonly level: number | undefined;
  readonly trial: number;
  readonly among: { readonly levels: readonly number[]; readonly trials: readonly number[] };
}

function Drawn({ experiment, level, trial, among }: DrawnProps) {
  const { dataset } = experiment;
  const drawing = useSignal<Drawing>(emptyDrawing);
  const tool = useSignal<Stroke['kind']>('pen');
  const isPlaced = useSignal(true);
  const chosenLevel = useSignal<number | null>(level ?? null);
  const chosenTrial = useSignal(trial);
  const example = useSignal<number | null>(null);

  const size = useMemo(() => ({ width: dataset.shape.width, height: dataset.shape.height }), [dataset]);
  const placing = placingOf(dataset);
  const last = among.levels.at(-1) ?? 0;
  const atLevel = among.levels.includes(chosenLevel.value ?? last) ? (chosenLevel.value ?? last) : last;
  const atTrial = among.trials.includes(chosenTrial.value) ? chosenTrial.value : among.trials[0];
  const seen = drawing.value;
  const ink = useMemo(
    () => inkOf(isPlaced.value ? placed(seen, size, placing) : seen, size),
    [seen, isPlaced.value, size, placing],
  );
  const isEmpty = seen.base === null && seen.strokes.length === 0;
  const { opinions, trouble, disputed, compare } = useOpinions(experiment, atLevel, atTrial, ink);
  useSaid(opinions, isEmpty, dataset.classNames);

  const take = (place: number) => {
    example.value = place;
    drawing.value = { base: inkOfExample(dataset, place), strokes: [] };
  };
  const takeNext = () => take(((example.value ?? -1) + 1) % dataset.test.count);
  /** The next one on which the networks disagree, after the one that is shown. */
  const takeDisputed = (places: readonly number[]) => {
    const after = places.find((place) => place > (example.value ?? -1)) ?? places[0];
    if (after !== undefined) take(after);
  };
  const change = (next: Drawing) => {
    if (next.base === null) example.value = null;
    drawing.value = next;
  };
  const source = seen.base !== null && example.value !== null ? example.value : null;
  return (
    <section class="draw" aria-label="Draw, and see what the networks say">
      <h2>Draw one yourself</h2>
      <div class="choosing">
        <Round
          experiment={experiment}
          levels={among.levels}
          level={atLevel}
          onChoose={(to) => (chosenLevel.value = to)}
        />
        <TrialChoice
          label={among.levels.length < 2 ? 'networks of' : 'in'}
          trials={among.trials}
          trial={atTrial}
          onChoose={(to) => (chosenTrial.value = to)}
        />
      </div>
      <div class="desk">
        <div>
          <Paper size={size} drawing={seen} tool={tool.value} onDraw={change}>
            <div class="buttons">
              <button
                type="button"
                aria-pressed={tool.value === 'eraser'}
                onClick={() => (tool.value = tool.value === 'pen' ? 'eraser' : 'pen')}
              >
                Eraser
              </button>
              <button type="button" disabled={isEmpty} onClick={() => change(undone(seen))}>
                Undo
              </button>
              <button type="button" disabled={isEmpty} onClick={() => change(emptyDrawing)}>
                Clear
              </button>
              <button type="button" onClick={takeNext}>
                {source === null ? 'Take a test picture' : 'Next test picture'}
              </button>
              {opinions.length < 2 ? null : (
                <button type="button" onClick={() => compare(takeDisputed)}>
                  One they disagree on
                </button>
              )}
            </div>
            {source === null ? null : (
              <p class="soft">
                Test picture {source + 1} of {dataset.test.count}, labelled{' '}
                {dataset.classNames[dataset.test.labels[source]]}. Draw on it, or erase parts of it.
              </p>
            )}
            {disputed === null ? null : (
              <p class="soft">
                These {opinions.length} networks disagree on {disputed.length.toLocaleString('en')} of the{' '}
                {dataset.test.count.toLocaleString('en')} test pictures.
              </p>
            )}
          </Paper>
        </div>
        <div>
          {trouble === null ? null : (
            <p class="error" role="alert">
              {trouble}
            </p>
          )}
          <Opinions opinions={opinions} classNames={dataset.classNames} isEmpty={isEmpty} />
          {placing === 'as-drawn' ? null : (
            <div class="reading">
              <Reading ink={ink} size={size} />
              <label>
                <input
                  type="checkbox"
                  checked={isPlaced.value}
                  onChange={({ currentTarget }) => (isPlaced.value = currentTarget.checked)}
                />{' '}
                centred and scaled, like the pictures that the networks learned from
              </label>
            </div>
          )}
        </div>
      </div>
    </section>
  );
}

/** Says what the networks take the drawing for, once the pen rests. */
function useSaid(opinions: readonly Opinion[], isEmpty: boolean, classNames: readonly string[]): void {
  const text = isEmpty ? '' : opinions.map((opinion) => opinionText(opinion, classNames)).join('; ');
  useEffect(() => {
    if (text === '') return;
    const timer = setTimeout(() => announce(text), SAY_AFTER);
    return () => clearTimeout(timer);
  }, [text]);
}

/** The drawing as the networks get it. */
function Reading({
  ink,
  size,
}: {
  readonly ink: Float32Array;
  readonly size: { readonly width: number; readonly height: number };
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => paint(canvas.current, ink, size), [ink, size]);
  return (
    <canvas
      ref={canvas}
      width={size.width}
      height={size.height}
      role="img"
      aria-label="The drawing as the networks get it"
    />
  );
}

interface RoundProps {
  readonly experiment: Experiment;
  readonly levels: readonly number[];
  readonly level: number;
  readonly onChoose: (level: number) => void;
}

function Round({ experiment, levels, level, onChoose }: RoundProps) {
  const { ladder } = experiment.planned.graph;
  if (levels.length < 2) return null;
  return (
    <label class="choose">
      networks of{' '}
      <select value={level} onChange={({ currentTarget }) => onChoose(Number(currentTarget.value))}>
        {levels.map((each) => (
          <option key={each} value={each}>
            {roundText(each, ladder[each].density)}
          </option>
        ))}
      </select>
    </label>
  );
}
