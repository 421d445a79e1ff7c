import { conditionOf } from 'lottery-lab/analysis';
import type { Dataset } from 'lottery-lab/data';
import type { ComponentChild } from 'preact';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { Draw } from '../draw/draw.js';
import { Pixels } from '../parts/pixels.js';
import { Ladder, Legend } from '../play/charts.js';
import type { Experiment, Found } from '../play/experiment.js';
import { ladderOf, type MeasureName } from '../play/summaries.js';
import { Learning } from './learning.js';
import { tourFacts } from './settings.js';
import type { Picture } from './steps.js';

interface PicturesProps {
  readonly experiment: Experiment;
  readonly pictures: readonly Picture[];
}

/** What a step shows while it trains and after. */
export function Pictures({ experiment, pictures }: PicturesProps) {
  const { value: known } = experiment.cells;
  const cells = useMemo(() => [...known.values()], [known]);
  const level = experiment.level.value;
  const { iterations } = experiment.planned.graph.lengths;
  const found = experiment.found.value;
  const speed = useMemo(() => pointsOf(found, 'iterations to the loss'), [found]);
  const accuracy = useMemo(() => pointsOf(found, 'test accuracy at the end (%)'), [found]);
  const conditions = [...new Set(cells.map(({ cell }) => cell.condition))];
  const round = level === 0 ? '' : experiment.last === 1 ? ' after pruning' : `, round ${level}`;
  const curves = (mark: number | null) => (
    <Learning key="curves" cells={cells} level={level} iterations={iterations} round={round} mark={mark} />
  );
  const drawn: Record<Picture, () => ComponentChild> = {
    digits: () => <Digits key="digits" dataset={experiment.dataset} />,
    curves: () => curves(null),
    'timed-curves': () => curves(tourFacts.loss),
    ladders: () => (
      <div class="charts" key="ladders">
        <Ladder title={`Iterations to a loss of ${tourFacts.loss}`} points={speed} />
        <Ladder title="Test accuracy at the end (%)" points={accuracy} />
      </div>
    ),
    draw: () => (experiment.state.value.kind === 'done' ? <Draw key="draw" experiment={experiment} /> : null),
    masks: () => <Masks key="masks" experiment={experiment} />,
  };
  return (
    <>
      {pictures.includes('digits') ? drawn.digits() : null}
      <Legend conditions={conditions} />
      {pictures.filter((picture) => picture !== 'digits').map((picture) => drawn[picture]())}
    </>
  );
}

const pointsOf = (found: Found | null, measure: MeasureName) =>
  found === null ? [] : ladderOf(found.results, measure);

/** Columns of the sheet of pictures. */
const COLUMNS = 10;

/** Pictures to learn from, two of each digit, as one sheet. */
function Digits({ dataset }: { readonly dataset: Dataset }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { height, width } = dataset.shape;
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context) return;
    const { images, labels } = dataset.train;
    // Every ten examples hold each digit once.
    for (let place = 0; place < 2 * COLUMNS; place++) {
      const picture = context.createImageData(width, height);
      for (let pixel = 0; pixel < width * height; pixel++) {
        picture.data.set([0, 0, 0, images[place * width * height + pixel]], 4 * pixel);
      }
      context.putImageData(picture, labels[place] * (width + 2), Math.floor(place / COLUMNS) * (height + 2));
    }
  }, [dataset]);
  return (
    <figure class="digits">
      <figcaption>Pictures to learn from</figcaption>
      <canvas
        ref={canvas}
        width={COLUMNS * (width + 2) - 2}
        height={2 * height + 2}
        role="img"
        aria-label="Twenty drawn digits, two of each from 0 to 9, in different hands, some with stray strokes and noise"
      />
    </figure>
  );
}

/** How many weights of the first layer read each pixel, in the first trial. */
function Masks({ experiment }: { readonly experiment: Experiment }) {
  const results = experiment.found.value?.results ?? null;
  const pictures = useMemo(() => {
    const found = (results?.cells ?? []).filter(
      ({ condition, trial, draw }) =>
        trial === 0 && draw === 0 && (condition === 'ticket' || (condition === 'random-mask' && experiment.last === 1)),
    );
    return found.map(({ id, condition, density, inputDegree }) => {
      const most = Math.max(1, ...inputDegree);
      const percentage = (100 * density).toFixed(density < 0.1 ? 1 : 0);
      return {
        id,
        title: `${conditionOf(condition).title}, ${percentage}% of weights`,
        values: inputDegree.map((degree) => degree / most),
      };
    });
  }, [results, experiment]);
  if (results === null || pictures.length === 0) return null;
  const [, height, width] = results.dataset.shape;
  return (
    <section>
      <h3>Which pixels the first layer still reads, in the first trial</h3>
      <p class="soft">The darker a pixel, the more of the weights that read it are kept.</p>
      <div class="masks">
        {pictures.map(({ id, title, values }) => (
          <Pixels key={id} title={title} values={values} width={width} height={height} />
        ))}
      </div>
    </section>
  );
}
