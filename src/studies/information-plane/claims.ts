import { claimThat, type JudgedClaim, judgeTogether, type Claim as TestedClaim } from '../../analysis/family.js';
import { type EstimatorName, estimatorOf } from '../../analysis/information/estimators.js';
import { type PairedDifference, pairedDifference } from '../../analysis/paired.js';
import { type Outcome, undecided, type Verdict } from '../../analysis/verdict.js';
import { layersOf, mostOf, type Quantity, reaches, SATURATED, type Series, seriesOf } from './courses.js';
import type { InformationFound } from './found.js';

/**
 * What is asked of the courses in the information plane. Each question is a claim about one condition, or about the ticket
 * and one condition, tested in every layer with every estimator; the trial is what is repeated.
 *
 * - `compression`: I(X;T) falls after its highest value. The highest of a course that wanders is never below its end, so that
 *   the peak must not be read off the course it is judged on: of each trial it is taken from the mean of the others, among the
 *   iterations before the end. The fall must be `FALL` bits or more.
 * - `speed`: the ticket reaches a given I(T;Y) in fewer iterations: `LEVEL` of what the dense network of its trial ends with. A
 *   course that never does counts as if it did at the end, which makes a difference smaller than it is.
 * - `input` and `label`: at the end the ticket's I(X;T) is lower, its I(T;Y) higher.
 */
export type Question = 'compression' | 'speed' | 'input' | 'label';

/** Bits that I(X;T) must fall by to be called compression. */
export const FALL = 0.05;

/** Share of the dense network's last I(T;Y) that is to be reached. */
export const LEVEL = 0.9;

/** A claim in one layer. */
export interface LayerTest {
  readonly layer: string;
  /**
   * Over trials. `compression`: bits of the fall. `speed`: log2 of the iterations of the ticket, plus 1, over those of the other.
   * Else the ticket less the other, in bits.
   */
  readonly difference: PairedDifference;
  readonly verdict: Verdict;
  /** Courses that never reached the level. */
  readonly never: number;
}

/** A claim by one estimator. */
export interface EstimatorClaim {
  readonly estimator: EstimatorName;
  /** Null where the estimator says nothing of any layer. */
  readonly outcome: Outcome | null;
  /** Layers of which it says something. */
  readonly layers: readonly LayerTest[];
}

export interface Claim {
  readonly question: Question;
  /** Whose I(X;T) is said to fall, or what the ticket is compared with. */
  readonly condition: string;
  readonly byEstimator: readonly EstimatorClaim[];
}

interface Raw {
  readonly layer: string;
  readonly difference: PairedDifference;
  /** What is tested against zero. */
  readonly tested: PairedDifference;
  readonly expected: 'above' | 'below';
  /** Why nothing can be said whatever the numbers are. */
  readonly void: string | null;
  readonly never: number;
}

/** Where the mean of the others is highest before the end; of a single course its own highest. */
function peakOf(series: readonly Series[], trial: number): number {
  const others = series.length > 1 ? series.filter((_, place) => place !== trial) : series;
  const { length } = series[trial].values;
  let best = 0;
  let most = Number.NEGATIVE_INFINITY;
  for (let place = 0; place < length - 1; place++) {
    let sum = 0;
    for (const { values } of others) sum += values[place];
    if (sum > most) [best, most] = [place, sum];
  }
  return best;
}

function saturated(found: InformationFound, estimator: EstimatorName, series: readonly Series[]): boolean {
  if (!estimatorOf(estimator).limited) return false;
  return series.every(({ values }) => values.every((value) => value >= mostOf(found) - SATURATED));
}

const last = ({ values }: Series): number => values[values.length - 1];

const saturation = 'the estimate is saturated at log2 N throughout';

function compression(found: InformationFound, estimator: EstimatorName, condition: string, layer: number): Raw | null {
  const series = seriesOf(found, estimator, condition, layer, 'ofInput').filter(({ values }) => values.length > 1);
  if (series.length === 0) return null;
  const falls = series.map((own, trial) => own.values[peakOf(series, trial)] - last(own));
  return {
    layer: layersOf(found)[layer].name,
    difference: pairedDifference(falls),
    tested: pairedDifference(falls.map((fall) => fall - FALL)),
    expected: 'above',
    void: saturated(found, estimator, series) ? saturation : null,
    never: 0,
  };
}

/** Courses of the ticket and of another condition, of the trials that have both. */
function pairs(found: InformationFound, estimator: EstimatorName, other: string, layer: number, quantity: Quantity) {
  const against = seriesOf(found, estimator, other, layer, quantity);
  return seriesOf(found, estimator, 'ticket', layer, quantity).flatMap((ticket) => {
    const partner = against.find(({ trial }) => trial === ticket.trial);
    return partner === undefined ? [] : [{ ticket, other: partner }];
  });
}

function speed(found: InformationFound, estimator: EstimatorName, condition: string, layer: number): Raw | null {
  const dense = seriesOf(found, estimator, 'dense', layer, 'ofLabel');
  let never = 0;
  let atOnce = true;
  const differences = pairs(found, estimator, condition, layer, 'ofLabel').flatMap(({ ticket, other }) => {
    const wide = dense.find(({ trial }) => trial === ticket.trial);
    if (wide === undefined) return [];
    const level = LEVEL * last(wide);
    const [a, b] = [ticket, other].map((series) => {
      const found = reaches(series, level);
      if (found === null) never++;
      if (found !== series.iterations[0]) atOnce = false;
      return found ?? series.iterations[series.iterations.length - 1];
    });
    return [Math.log2((1 + a) / (1 + b))];
  });
  if (differences.length === 0) return null;
  const difference = pairedDifference(differences);
  return {
    layer: layersOf(found)[layer].name,
    difference,
    tested: difference,
    expected: 'below',
    void: atOnce ? 'both reach that level before any training' : null,
    never,
  };
}

function ending(
  found: InformationFound,
  estimator: EstimatorName,
  condition: string,
  layer: number,
  quantity: Quantity,
) {
  const both = pairs(found, estimator, condition, layer, quantity);
  if (both.length === 0) return null;
  const difference = pairedDifference(both.map(({ ticket, other }) => last(ticket) - last(other)));
  const ends = both
    .flatMap(({ ticket, other }) => [ticket, other])
    .map((series) => ({ ...series, values: [last(series)] }));
  const full = quantity === 'ofInput' && saturated(found, estimator, ends);
  const expected = quantity === 'ofInput' ? ('below' as const) : ('above' as const);
  return {
    layer: layersOf(found)[layer].name,
    difference,
    tested: difference,
    expected,
    void: full ? 'both estimates are saturated at log2 N' : null,
    never: 0,
  };
}

const asks: Readonly<
  Record<Question, (found: InformationFound, estimator: EstimatorName, condition: string, layer: number) => Raw | null>
> = {
  compression,
  speed,
  input: (found, estimator, condition, layer) => ending(found, estimator, condition, layer, 'ofInput'),
  label: (found, estimator, condition, layer) => ending(found, estimator, condition, layer, 'ofLabel'),
};

/** What the layers say together. That some layer compresses is denied only when every one denies it. */
function together(question: Question, tests: readonly LayerTest[]): Outcome | null {
  if (tests.length === 0) return null;
  const has = (outcome: Outcome) => tests.some(({ verdict }) => verdict.outcome === outcome);
  if (question === 'compression') {
    if (has('supported')) return 'supported';
    return tests.every(({ verdict }) => verdict.outcome === 'contradicted') ? 'contradicted' : 'undecided';
  }
  // Layers that say the opposite of each other decide nothing.
  if (has('supported') === has('contradicted')) return 'undecided';
  return has('supported') ? 'supported' : 'contradicted';
}

/** A claim by one estimator, before it is judged. */
interface Asked {
  readonly question: Question;
  readonly condition: string;
  readonly estimator: EstimatorName;
  readonly tests: readonly Raw[];
}

function ask(found: InformationFound, question: Question, conditions: readonly string[]): Asked[] {
  const layers = layersOf(found);
  return conditions.flatMap((condition) =>
    found.estimators.map((estimator) => ({
      question,
      condition,
      estimator,
      tests: layers
        .map((_, layer) => asks[question](found, estimator, condition, layer))
        .filter((test) => test !== null),
    })),
  );
}

/** Nothing is tested where nothing can be said. */
const claimOf = ({ tested, expected, void: why }: Raw): TestedClaim =>
  why === null ? claimThat(tested, expected) : { p: null, judge: () => undecided({ kind: 'stated', text: why }) };

/** Every claim: compression of each condition, then the ticket against each other one. All of them are one family. */
export function informationClaims(found: InformationFound): Claim[] {
  const others = found.conditions.filter((condition) => condition !== 'ticket');
  const asked = [
    ...ask(found, 'compression', found.conditions),
    ...ask(found, 'speed', others),
    ...ask(found, 'input', others),
    ...ask(found, 'label', others),
  ];
  const judged = judgeTogether(asked.map(({ tests }) => tests.map(claimOf)));
  const claims = asked.map(({ question, estimator, tests }, place): EstimatorClaim => {
    const layers = tests.map(
      ({ layer, difference, never }, i): LayerTest => ({
        layer,
        difference,
        verdict: (judged[place][i] as JudgedClaim).verdict,
        never,
      }),
    );
    return { estimator, outcome: together(question, layers), layers };
  });
  const width = found.estimators.length;
  return asked.flatMap(({ question, condition }, place) =>
    place % width === 0 ? [{ question, condition, byEstimator: claims.slice(place, place + width) }] : [],
  );
}

/** How a claim's outcome depends on which of the estimators that say something is asked. */
export type Dependence =
  /** None says anything. */
  | 'silent'
  /** None decides it. */
  | 'open'
  /** All decide it, and the same way. */
  | 'same'
  /** Some decide it and others do not. */
  | 'strength'
  /** One supports what another contradicts. */
  | 'opposite';

export function dependenceOf({ byEstimator }: Claim): Dependence {
  const outcomes = new Set(byEstimator.flatMap(({ outcome }) => outcome ?? []));
  if (outcomes.size === 0) return 'silent';
  if (outcomes.has('supported') && outcomes.has('contradicted')) return 'opposite';
  if (outcomes.size > 1) return 'strength';
  return outcomes.has('undecided') ? 'open' : 'same';
}
