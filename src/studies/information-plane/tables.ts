import { conditionOf } from '../../analysis/conditions.js';
import { estimateText } from '../../analysis/estimate-words.js';
import { capitalise, formatFixed, formatInteger } from '../../analysis/format.js';
import { type EstimatorName, estimatorOf } from '../../analysis/information/estimators.js';
import { mean } from '../../analysis/intervals.js';
import { summarise } from '../../analysis/summary.js';
import type { StudyTable } from '../shared/table.js';
import { type Claim, dependenceOf, type EstimatorClaim, FALL, informationClaims, LEVEL } from './claims.js';
import { coursesOf, layersOf, type Quantity, reaches, seriesOf } from './courses.js';
import type { InformationFound } from './found.js';
import { claimText, differenceInWords, outcomeMark } from './words.js';

const dependenceText = {
  silent: 'no estimate',
  open: 'all undecided',
  same: 'no',
  strength: 'in strength',
  opposite: 'yes',
} as const;

/** "yes: fc1, fc2", "undecided". */
function claimCell({ outcome, layers }: EstimatorClaim): string {
  if (outcome === null) return '–';
  const those = layers.filter(({ verdict }) => verdict.outcome === outcome).map(({ layer }) => layer);
  if (outcome === 'undecided' || those.length === 0) return outcomeMark[outcome];
  return `${outcomeMark[outcome]}: ${those.length === layers.length && those.length > 1 ? 'all layers' : those.join(', ')}`;
}

function claimTable(claims: readonly Claim[], estimators: readonly EstimatorName[]): StudyTable {
  return {
    id: 'claims',
    title: 'Which claims depend on the estimator',
    note: 'yes: supported in the layers named; no: contradicted there; undecided: neither, or layers say the opposite of each other; –: the estimator has no estimate of these layers. The last column: whether some estimator supports what another contradicts (yes), or decides what another leaves undecided (in strength), or all decide the same (no).',
    head: ['claim', ...estimators.map((estimator) => estimatorOf(estimator).title), 'depends on the estimator'],
    rows: claims.map((claim) => [
      capitalise(claimText(claim)),
      ...claim.byEstimator.map(claimCell),
      dependenceText[dependenceOf(claim)],
    ]),
  };
}

const bits = (value: number) => formatFixed(value, 2);

/** Of one value a trial: "9.41 (9.20 to 9.62)"; "" without any. */
const meanText = (values: readonly number[], format: (value: number) => string) =>
  estimateText(summarise(values.map((value) => [value])), format);

function layerTable(found: InformationFound, estimator: EstimatorName, claims: readonly Claim[]): StudyTable | null {
  const { conditions } = found;
  const testOf = (question: string, condition: string, layer: string) =>
    claims
      .find((claim) => claim.question === question && claim.condition === condition)
      ?.byEstimator.find((column) => column.estimator === estimator)
      ?.layers.find((test) => test.layer === layer);
  const rows = layersOf(found).flatMap(({ name }, layer) =>
    conditions.flatMap((condition) => {
      const values = (quantity: Quantity) => seriesOf(found, estimator, condition, layer, quantity);
      const ends = (quantity: Quantity) => values(quantity).map((series) => series.values[series.values.length - 1]);
      if (ends('ofInput').length === 0) return [];
      const fall = testOf('compression', condition, name);
      const dense = seriesOf(found, estimator, 'dense', layer, 'ofLabel');
      const times = values('ofLabel').flatMap((series) => {
        const wide = dense.find(({ trial }) => trial === series.trial);
        if (wide === undefined) return [];
        return [reaches(series, LEVEL * wide.values[wide.values.length - 1])];
      });
      const reached = times.flatMap((time) => time ?? []);
      return [
        [
          name,
          conditionOf(condition).title,
          `${ends('ofInput').length}`,
          meanText(ends('ofInput'), bits),
          fall === undefined
            ? ''
            : `${differenceInWords('compression', fall.difference)}, ${outcomeMark[fall.verdict.outcome]}`,
          meanText(ends('ofLabel'), bits),
          reached.length === 0
            ? 'never'
            : `${formatInteger(mean(reached))}${reached.length === times.length ? '' : ` (${reached.length} of ${times.length})`}`,
        ],
      ];
    }),
  );
  if (rows.length === 0) return null;
  return {
    id: `layers-${estimator}`,
    title: `Layer by layer: ${estimatorOf(estimator).title}`,
    note: `Means over trials with 95% t intervals. Fall: of I(X;T) from its peak to the end, and whether it is ${FALL} bits or more (yes, no or undecided after Holm’s correction). Iterations: until I(T;Y) is ${formatFixed(100 * LEVEL, 0)}% of the dense network’s last, where not all get there the mean of those that do.`,
    head: [
      'layer',
      'condition',
      'trials',
      'I(X;T) at the end',
      'fall of I(X;T)',
      'I(T;Y) at the end',
      'iterations to I(T;Y)',
    ],
    rows,
  };
}

/** Trials, loss and accuracy of each condition on the examples looked at. */
function endTable(found: InformationFound): StudyTable {
  const rows = found.conditions.map((condition) => {
    const last = coursesOf(found, condition).flatMap(({ measured }) => measured.moments.at(-1) ?? []);
    const percent = (value: number) => formatFixed(100 * value, 2);
    return [
      condition,
      `${last.length}`,
      meanText(
        last.flatMap(({ loss }) => loss ?? []),
        (value) => formatFixed(value, 3),
      ),
      meanText(
        last.map(({ accuracy }) => accuracy),
        percent,
      ),
    ];
  });
  return {
    id: 'end',
    title: 'How well they did',
    note: 'At the end of training, on the examples that information was estimated on: mean cross-entropy in nats and accuracy in per cent, over trials with 95% t intervals.',
    head: ['condition', 'trials', 'loss', 'accuracy (%)'],
    rows,
  };
}

/** The claims by estimator, how the networks did, and a table of layers an estimator. */
export function informationTables(found: InformationFound, claims = informationClaims(found)): StudyTable[] {
  if (found.courses.length === 0) return [];
  return [
    claimTable(claims, found.estimators),
    endTable(found),
    ...found.estimators.flatMap((estimator) => layerTable(found, estimator, claims) ?? []),
  ];
}
