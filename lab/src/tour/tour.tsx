import { batch, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { announce } from '../parts/announce.js';
import { messageOf } from '../parts/message.js';
import { hrefOf, type Place } from '../place.js';
import type { Experiment } from '../play/experiment.js';
import { Findings, playOf } from './found.js';
import { Going } from './going.js';
import { Pictures } from './pictures.js';
import { openExperiment } from './session.js';
import { stepOf, steps } from './steps.js';
import './tour.css';

/** Whether a key is meant for what has the focus rather than for the page. */
function belongsToControl(target: EventTarget | null): boolean {
  return (
    target instanceof Element &&
    target.closest('a, button, input, select, textarea, summary, canvas, [contenteditable], [role="application"]') !==
      null
  );
}

const goTo = (number: number): void => {
  if (number >= 1 && number <= steps.length) location.hash = hrefOf('tour', String(number));
};

/** The hypothesis in six steps, each an experiment that the reader runs. */
export function Tour({ path }: Place) {
  const number = stepOf(path);
  const heading = useRef<HTMLHeadingElement>(null);
  const shown = useRef(number);

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || belongsToControl(event.target)) return;
      if (event.key === 'ArrowRight') goTo(number + 1);
      else if (event.key === 'ArrowLeft') goTo(number - 1);
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [number]);

  // A new step is read from its heading on, which is also where the arrow keys go on working.
  useEffect(() => {
    document.title = `Tour ${number}: ${steps[number - 1].title} · Lottery Lab`;
    if (shown.current === number) return;
    shown.current = number;
    heading.current?.focus({ preventScroll: true });
    scrollTo({ top: 0 });
  }, [number]);

  return (
    <div class="tour">
      <nav aria-label="Steps of the tour">
        <ol class="steps">
          {steps.map(({ title }, at) => (
            <li key={title}>
              <a
                href={hrefOf('tour', String(at + 1))}
                aria-current={at + 1 === number ? 'step' : undefined}
                aria-label={`Step ${at + 1}: ${title}`}
                title={title}
              >
                {at + 1}
              </a>
            </li>
          ))}
        </ol>
      </nav>
      <h2 ref={heading} tabIndex={-1}>
        <span class="soft">
          {number} of {steps.length}
        </span>{' '}
        {steps[number - 1].title}
      </h2>
      <StepShown key={number} number={number} />
    </div>
  );
}

function StepShown({ number }: { readonly number: number }) {
  const step = steps[number - 1];
  const experiment = useSignal<Experiment | null>(null);
  const trouble = useSignal<string | null>(null);
  /** The digest of before, where the reader runs the same again. */
  const before = useSignal<string | null>(null);
  const left = useRef(false);

  const open = async (afresh: boolean): Promise<Experiment | null> => {
    try {
      const opened = await openExperiment(step.choices, afresh);
      if (left.current) return null;
      batch(() => {
        experiment.value = opened;
        trouble.value = null;
      });
      return opened;
    } catch (error) {
      trouble.value = messageOf(error);
      return null;
    }
  };

  useEffect(() => {
    left.current = false;
    void open(false);
    return () => {
      left.current = true;
      if (experiment.value?.state.value.kind !== 'running') return;
      const then = before.value === null ? 'paused; what is trained is kept' : 'stopped; what it found before is kept';
      announce(`The experiment of step ${number} is ${then}.`);
      void experiment.value.pause();
    };
  }, []);

  const again = async (): Promise<void> => {
    before.value = experiment.value?.found.value?.results.digest ?? null;
    announce('Everything of this step is trained again.');
    void (await open(true))?.run();
  };

  return (
    <>
      <section class="story" aria-label="What it is about">
        {step.story.map((paragraph) => (
          <p key={paragraph}>{paragraph}</p>
        ))}
        <p class="expected">{step.expected}</p>
      </section>
      <section class="going" aria-label="The experiment">
        {trouble.value === null ? null : (
          <p class="error" role="alert">
            {trouble.value}
          </p>
        )}
        {experiment.value === null ? (
          <p class="soft">{trouble.value === null ? 'Drawing the pictures.' : ''}</p>
        ) : (
          <Going experiment={experiment.value} step={step} before={before.value} onAgain={() => void again()} />
        )}
      </section>
      <section class="pictures" aria-label="Pictures of it">
        {experiment.value === null ? null : <Pictures experiment={experiment.value} pictures={step.pictures} />}
      </section>
      <section class="found" aria-label="What came out">
        {experiment.value === null ? null : <Findings experiment={experiment.value} step={step} />}
      </section>
      <Turning number={number} experiment={experiment.value} />
    </>
  );
}

function Turning({ number, experiment }: { readonly number: number; readonly experiment: Experiment | null }) {
  const isDone = experiment?.state.value.kind === 'done';
  return (
    <p class="turning">
      <button type="button" disabled={number === 1} onClick={() => goTo(number - 1)}>
        ← Previous
      </button>
      {number < steps.length ? (
        <button type="button" class={isDone ? 'main' : ''} onClick={() => goTo(number + 1)}>
          Next →
        </button>
      ) : (
        <a class={isDone ? 'button main' : 'button'} href={playOf(steps[number - 1])}>
          Now your own →
        </a>
      )}
      <span class="soft keys">The arrow keys turn pages too.</span>
    </p>
  );
}
