import { conditionOf } from '../../analysis/conditions.js';
import {
  capitalise,
  formatCount,
  formatDensity,
  formatFixed,
  formatInteger,
  formatList,
} from '../../analysis/format.js';
import { type EstimatorName, estimatorOf } from '../../analysis/information/estimators.js';
import type { Outcome } from '../../analysis/verdict.js';
import { reasonText } from '../../analysis/verdict-words.js';
import type { Finding } from '../shared/finding.js';
import {
  type Claim,
  type Dependence,
  dependenceOf,
  type EstimatorClaim,
  FALL,
  informationClaims,
  type LayerTest,
  LEVEL,
} from './claims.js';
import { coursesOf, examplesOf, layersOf, mostOf, SATURATED } from './courses.js';
import type { InformationFound } from './found.js';
import { claimText, differenceInWords } from './words.js';

/** The layer that an outcome rests on: of those that have it, the one whose difference is largest. */
function tellingLayer({ outcome, layers }: EstimatorClaim): LayerTest | undefined {
  const size = ({ difference }: LayerTest) => Math.abs(difference.mean ?? 0);
  const having = layers.filter(({ verdict }) => verdict.outcome === outcome);
  return (having.length > 0 ? having : layers).reduce<LayerTest | undefined>(
    (most, test) => (most === undefined || size(test) > size(most) ? test : most),
    undefined,
  );
}

/** "lower bound (fc5: 4.08 bits, 3.40 to 4.75; 2 of 6 layers)"; of what is undecided the name alone. */
function columnText(claim: Claim, column: EstimatorClaim): string {
  const { estimator, outcome, layers } = column;
  const name = estimatorOf(estimator).title;
  const test = tellingLayer(column);
  if (outcome === 'undecided' || test === undefined) return name;
  const same = layers.filter(({ verdict }) => verdict.outcome === outcome).length;
  const shown = `${test.layer}: ${differenceInWords(claim.question, test.difference)}`;
  return `${name} (${shown}; ${same} of ${formatCount(layers.length, 'layer')})`;
}

/** Of a claim that no estimator decides: the largest difference by the first that has one, and why that decides nothing. */
function openText(claim: Claim): string {
  const column = claim.byEstimator.find(({ layers }) => layers.length > 0);
  const test = column && tellingLayer(column);
  if (column === undefined || test === undefined) return '';
  const { reason } = test.verdict;
  const why = reason === null ? 'layers differ' : reasonText(reason);
  const numbers = differenceInWords(claim.question, test.difference);
  return ` The largest difference by ${estimatorOf(column.estimator).title} is that of ${test.layer}, ${numbers}: ${why}.`;
}

/** "supported by binning (...) and lower bound (...); undecided by quantile bins". */
function verdictsText(claim: Claim): string {
  return (['supported', 'contradicted', 'undecided'] as const)
    .flatMap((outcome) => {
      const columns = claim.byEstimator.filter((column) => column.outcome === outcome);
      return columns.length === 0
        ? []
        : [`${outcome} by ${formatList(columns.map((column) => columnText(claim, column)))}`];
    })
    .join('; ');
}

/**
 * The outcome of the estimators that decide a claim, since what others leave open contradicts nobody; undecided where none
 * decides or one contradicts another, null where none says anything.
 */
function sharedOutcome(claim: Claim): Outcome | null {
  const dependence = dependenceOf(claim);
  if (dependence === 'silent') return null;
  if (dependence === 'opposite') return 'undecided';
  const decided = claim.byEstimator.find(({ outcome }) => outcome !== null && outcome !== 'undecided');
  return decided?.outcome ?? 'undecided';
}

function claimFinding(claim: Claim): Finding {
  const dependence = dependenceOf(claim);
  const asked = claim.byEstimator.filter(({ outcome }) => outcome !== null).length;
  const depends =
    dependence === 'opposite'
      ? ' So it depends on the estimator.'
      : dependence === 'strength'
        ? ' No estimator says the opposite.'
        : '';
  const verdicts = dependence === 'open' && asked > 1 ? `undecided by all ${asked} estimators` : verdictsText(claim);
  const more = dependence === 'open' ? openText(claim) : depends;
  return { outcome: sharedOutcome(claim), text: `${capitalise(claimText(claim))}: ${verdicts}.${more}` };
}

/** Which claims hold or fall with the estimator, and which do not: the sentences that the study is made for. */
function dependenceFinding(claims: readonly Claim[], estimators: readonly EstimatorName[]): Finding[] {
  const asked = claims.filter((claim) => dependenceOf(claim) !== 'silent');
  if (asked.length === 0 || estimators.length < 2) return [];
  const those = (dependence: Dependence) => asked.filter((claim) => dependenceOf(claim) === dependence);
  const listed = (text: string, dependence: Dependence) => {
    const some = those(dependence);
    return some.length === 0 ? [] : [`${text}: ${some.map(claimText).join('; ')}.`];
  };
  const count = (dependence: Dependence) => those(dependence).length;
  const sentences = [
    `Of ${formatCount(asked.length, 'claim')} by ${formatCount(estimators.length, 'estimator')}, one estimator supports what another contradicts in ${count('opposite')}, some decide what others leave undecided in ${count('strength')}, all decide the same in ${count('same')}, and none decides in ${count('open')}.`,
    ...listed('What depends on the estimator', 'opposite'),
  ];
  return [{ outcome: null, text: sentences.join(' ') }];
}

/** What was found, in words: first what depends on the estimator, then claim by claim. */
export function informationFindings(found: InformationFound, claims = informationClaims(found)): Finding[] {
  if (found.courses.length === 0) {
    return [{ outcome: null, text: 'Nothing has been measured yet, so nothing can be said.' }];
  }
  return [
    ...dependenceFinding(claims, found.estimators),
    ...claims.filter((claim) => dependenceOf(claim) !== 'silent').map(claimFinding),
  ];
}

/** Layers and conditions whose estimates stand at log2 N at the end. */
function saturationNotes(found: InformationFound): string[] {
  const most = mostOf(found);
  return found.estimators.flatMap((estimator) => {
    if (!estimatorOf(estimator).limited) return [];
    const full = layersOf(found).flatMap(({ name }, layer) => {
      const ends = found.courses.flatMap(
        ({ measured }) => measured.moments.at(-1)?.estimates[layer]?.[estimator]?.ofInput ?? [],
      );
      return ends.length > 0 && ends.every((value) => value >= most - SATURATED) ? [name] : [];
    });
    if (full.length === 0) return [];
    return [
      `By ${estimatorOf(estimator).title} I(X;T) of ${formatList(full)} ends at log2 N = ${formatFixed(most, 2)} bits in every training, the most that ${formatInteger(examplesOf(found))} examples can give, since all of them are distinguished: there the estimate says nothing about the layer.`,
    ];
  });
}

const fromWords = { train: 'examples that were trained on', test: 'test examples', all: 'training and test examples' };

/** What a reader must know to trust the findings. */
export function informationNotes(found: InformationFound, claims = informationClaims(found)): string[] {
  const { courses, diverged, conditions, trials, density } = found;
  if (courses.length === 0) return [];
  const { measured } = courses[0];
  const missing = conditions.flatMap((condition) => {
    const have = coursesOf(found, condition).length;
    const broken = diverged.filter((one) => one.condition === condition).length;
    if (have === trials) return [];
    const why = broken === 0 ? 'not measured yet' : `${broken} of them diverged`;
    return [`${conditionOf(condition).title} in ${have} of ${trials} trials (${trials - have} left out: ${why})`];
  });
  const never = claims
    .filter(({ question }) => question === 'speed')
    .flatMap(({ byEstimator }) => byEstimator.flatMap(({ layers }) => layers.map((test) => test.never)))
    .reduce((sum, count) => sum + count, 0);
  const means = layersOf(found).filter(({ values }) => values === 'channel-means');
  return [
    `Information is in bits, of ${formatInteger(measured.examples)} ${fromWords[found.from]}, the same in all trainings of a trial; X is one of them, all equally likely, and H(Y) is ${formatFixed(measured.labelEntropy, 3)} bits. Tickets and controls keep ${formatDensity(density)}% of weights.`,
    ...(missing.length > 0 ? [`Means are over fewer trainings than planned: ${missing.join('; ')}.`] : []),
    ...(means.length > 0
      ? [
          `Of ${formatList(means.map(({ name }) => name))} the means of channels were taken, since the whole maps are too wide.`,
        ]
      : []),
    ...saturationNotes(found),
    `A fall of I(X;T) is from the iteration before the end at which the mean of the other trials is highest, so that no training is judged on a peak picked from itself; compression is a fall of ${FALL} bits or more.`,
    `The given I(T;Y) is ${formatFixed(100 * LEVEL, 0)}% of what the same layer of the dense network of that trial ends with; between two measured iterations it is interpolated linearly over log(1 + iteration).${never === 0 ? '' : ` ${formatCount(never, 'course')} over all layers, estimators and comparisons never reach it and count as if they did at the end, which makes differences smaller than they are.`}`,
    'Differences are paired by trial, with 95% t intervals; p values are corrected by Holm’s method over all claims of the page, layer by layer and estimator by estimator.',
    'The upper and the lower bound hold for I(X;T) with the noise stated; their I(T;Y) is a difference of bounds and not a bound. Estimates by nearest neighbours are of the distribution that the examples come from, and may exceed log2 N. The bias of each on Gaussian and discrete distributions is stated and tested where it is defined (src/analysis/information).',
  ];
}
