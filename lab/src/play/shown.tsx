import { useComputed, useSignal } from '@preact/signals';
import { capitalise, headline, statements } from 'lottery-lab/analysis';
import { useMemo } from 'preact/hooks';
import { roundText, TrialChoice } from '../parts/choices.js';
import { later } from '../parts/later.js';
import { hrefOf } from '../place.js';
import { Curves, Ladder, Legend } from './charts.js';
import type { Experiment, Found, LiveCell } from './experiment.js';
import { Masks } from './masks.js';
import { Progress } from './progress.js';
import { curvesOf, ladderOf, type MeasureName, measures } from './summaries.js';
import { Weights } from './weights.js';

const Draw = later(async () => (await import('../draw/draw.js')).Draw);
const Downloads = later(async () => (await import('../take/downloads.js')).default);

/** An experiment that was kept to be compared with, as it was. */
export interface Beside {
  /** How it differs, in words. */
  readonly title: string;
  readonly cells: readonly LiveCell[];
  readonly found: Found;
}

interface ShownProps {
  readonly experiment: Experiment;
  readonly beside: Beside | null;
}

/** What comes of an experiment, while it grows. */
export function Shown({ experiment, beside }: ShownProps) {
  const chosenLevel = useSignal<number | null>(null);
  const trial = useSignal(0);
  const { value: found } = experiment.found;
  const level = Math.min(chosenLevel.value ?? experiment.level.value, experiment.last);
  const cells = useComputed(() => [...experiment.cells.value.values()]).value;
  const conditions = [...new Set(cells.map(({ cell }) => cell.condition))].filter((name) => name !== 'search');
  const isBlank = experiment.state.value.kind !== 'running' && cells.every(({ curve }) => curve.length === 0);
  const looked = found?.results.cells.filter(
    (cell) =>
      cell.trial === trial.value && cell.status === 'done' && (cell.level === level || cell.condition === 'dense'),
  );
  return (
    <>
      <Progress experiment={experiment} />
      {isBlank && beside === null ? (
        <Beginning experiment={experiment} />
      ) : (
        <>
          <Legend conditions={conditions} beside={beside?.title ?? null} />
          <Levels
            experiment={experiment}
            level={level}
            isFollowing={chosenLevel.value === null}
            onChoose={(next) => (chosenLevel.value = next)}
          />
          <LearningCurves experiment={experiment} cells={cells} beside={beside} level={level} />
        </>
      )}
      {found?.comparison ? <Figure4 found={found} beside={beside} /> : null}
      {found?.comparison && found.results.cells.some((cell) => cell.level > 0) ? <Statements found={found} /> : null}
      {looked === undefined || looked.length === 0 || found === null ? null : (
        <>
          <TrialChoice
            label="looked into:"
            trials={Array.from({ length: found.results.trials }, (_, index) => index)}
            trial={trial.value}
            onChoose={(next) => (trial.value = next)}
          />
          <Masks results={found.results} trial={trial.value} />
          <Weights store={experiment.store} dataset={experiment.dataset} cells={looked} />
          <Draw experiment={experiment} level={chosenLevel.value ?? undefined} trial={trial.value} />
          <Downloads results={found.results} readCell={(id) => experiment.store.read(id)} />
        </>
      )}
    </>
  );
}

/** What the experiment will be, while there is nothing to be seen of it. */
function Beginning({ experiment: { planned, last } }: Pick<ShownProps, 'experiment'>) {
  const { cells, ladder } = planned.graph;
  const trials = new Set(cells.map(({ trial }) => trial)).size;
  const rounds = ladder.slice(1).map(({ density }) => `${Number((100 * density).toPrecision(3))}%`);
  return (
    <section class="beginning" aria-label="What will be trained">
      <p>
        {cells.length} networks will be trained, {trials === 1 ? 'in one trial' : `${trials} trials in parallel`}: the
        dense network first, then in {last === 1 ? 'one round' : `${last} rounds`} of pruning ({rounds.join(', ')} of
        the weights) the ticket, which starts from the dense network’s own first values, and its controls. The curves
        grow here while they train.
      </p>
      <p>
        New to lottery tickets? <a href={hrefOf('tour')}>The tour</a> explains them in six steps.
      </p>
    </section>
  );
}

interface LevelsProps {
  readonly experiment: Experiment;
  readonly level: number;
  /** Whether the round in training is shown, whichever that is. */
  readonly isFollowing: boolean;
  readonly onChoose: (level: number | null) => void;
}

/** Which round's curves are shown. */
function Levels({ experiment, level, isFollowing, onChoose }: LevelsProps) {
  const rounds = Array.from({ length: experiment.last + 1 }, (_, round) => round);
  const { ladder } = experiment.planned.graph;
  return (
    <label class="choose">
      curves of{' '}
      <select
        value={isFollowing ? 'follow' : String(level)}
        onChange={({ currentTarget: { value } }) => onChoose(value === 'follow' ? null : Number(value))}
      >
        <option value="follow">the latest round</option>
        {rounds.map((round) => (
          <option key={round} value={round}>
            {roundText(round, ladder[round].density)}
          </option>
        ))}
      </select>
    </label>
  );
}

interface CurvesProps extends ShownProps {
  readonly cells: readonly LiveCell[];
  readonly level: number;
}

function LearningCurves({ experiment, cells, beside, level }: CurvesProps) {
  const { iterations } = experiment.planned.graph.lengths;
  const loss = useMemo(() => curvesOf(cells, level, lossOf), [cells, level]);
  const accuracy = useMemo(() => curvesOf(cells, level, accuracyOf), [cells, level]);
  const lossBeside = useMemo(
    () => (beside === null ? undefined : curvesOf(beside.cells, level, lossOf)),
    [beside, level],
  );
  const accuracyBeside = useMemo(
    () => (beside === null ? undefined : curvesOf(beside.cells, level, accuracyOf)),
    [beside, level],
  );
  const where = level === 0 ? '' : `, round ${level}`;
  return (
    <div class="charts">
      <Curves
        title={`Validation loss${where}`}
        label="loss (nats)"
        points={loss}
        beside={lossBeside}
        iterations={iterations}
      />
      <Curves
        title={`Validation accuracy${where}`}
        label="accuracy (%)"
        points={accuracy}
        beside={accuracyBeside}
        iterations={iterations}
      />
    </div>
  );
}

const lossOf = ({ validationLoss }: LiveCell['curve'][number]) => validationLoss;
const accuracyOf = ({ validationAccuracy }: LiveCell['curve'][number]) => 100 * validationAccuracy;

/** The two curves of Figure 4: how fast, and how accurate, against weights remaining. */
function Figure4({ found, beside }: { readonly found: Found; readonly beside: Beside | null }) {
  const measure = useSignal<MeasureName>('test accuracy at early stop (%)');
  const { loss } = found.results.measures;
  const speed: MeasureName = loss === null ? 'early stop (iteration)' : 'iterations to the loss';
  const of = (name: MeasureName) =>
    [ladderOf(found.results, name), beside === null ? undefined : ladderOf(beside.found.results, name)] as const;
  const [fast, fastBeside] = useMemo(() => of(speed), [found, beside, speed]);
  const [chosen, chosenBeside] = useMemo(() => of(measure.value), [found, beside, measure.value]);
  return (
    <div class="charts">
      <Ladder
        title={loss === null ? 'Early stop (iteration)' : `Iterations to a validation loss of ${loss}`}
        points={fast}
        beside={fastBeside}
      />
      <Ladder
        title={capitalise(measure.value)}
        caption={
          <select
            aria-label="Measure of this chart"
            value={measure.value}
            onChange={({ currentTarget }) => (measure.value = currentTarget.value as MeasureName)}
          >
            {Object.keys(measures).map((name) => (
              <option key={name} value={name}>
                {capitalise(name)}
              </option>
            ))}
          </select>
        }
        points={chosen}
        beside={chosenBeside}
      />
    </div>
  );
}

function Statements({ found: { comparison } }: { readonly found: Found }) {
  const said = useMemo(
    () => (comparison === null ? null : { lead: headline(comparison), all: statements(comparison) }),
    [comparison],
  );
  if (said === null) return null;
  return (
    <section aria-live="polite">
      <h2>What was found</h2>
      <p class="lead">{said.lead}</p>
      <details>
        <summary>All {said.all.length} statements, with their tests</summary>
        <ul class="statements">
          {said.all.map(({ id, outcome, sentence }) => (
            <li key={id} class={outcome ?? 'described'}>
              {sentence}
            </li>
          ))}
        </ul>
      </details>
    </section>
  );
}
