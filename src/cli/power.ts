import {
  claimCount,
  formatCount,
  formatFixed,
  formatRatio,
  formatTwoDigits,
  smallestEffect,
  USUAL_POWER,
} from '../analysis/index.js';
import { measuresOf } from '../experiments/measures.js';
import type { RunSpecification } from '../experiments/schema.js';
import { type Spread, spreadOf } from '../experiments/spreads.js';
import { type Paint, table } from './terminal.js';

/** What a design can show, said before it runs. */

const POWER = `${USUAL_POWER * 100}% power`;

/** A smallest difference in logarithms as "1.25 times"; in points for an accuracy. */
function smallestText(spread: number, effect: number, measure: keyof Spread): string {
  const size = spread * effect;
  return measure === 'accuracy' ? `${formatFixed(size * 100, 2)} points` : `${formatRatio(Math.exp(size))} times`;
}

const oneTrial = 'One trial shows no spread, so that it can decide nothing: run several, --trials 5.';

/** In standard deviations, where nothing is known of them. */
function unknownText(what: string, trials: number, effects: readonly (readonly [string, number | null])[]): string {
  const sizes = effects.flatMap(([name, effect]) =>
    effect === null ? [] : [`${formatTwoDigits(effect)} standard deviations over trials ${name}`],
  );
  const size =
    sizes.length === 0
      ? `${formatCount(trials, 'trial')} are too few to show any with ${POWER}`
      : `with ${POWER} ${formatCount(trials, 'trial')} show one of ${sizes.join(', of ')}`;
  return `The smallest difference that shows: no spread is known of ${what}; ${size}.`;
}

const settingsName = ({ network, data }: Pick<RunSpecification, 'network' | 'data'>): string =>
  `${typeof network === 'string' ? network : 'this network'} on ${data.name ?? 'these data'}`;

/**
 * The smallest differences that a run can show, by measure and opponent.
 *
 * @param controls names of the controls that tickets are compared with
 */
export function runPowerText(specification: RunSpecification, controls: readonly string[], paint: Paint): string {
  const { trials } = specification;
  if (trials < 2) return oneTrial;
  const measures = measuresOf(specification);
  const claims = claimCount(controls.length, measures.loss !== null);
  const alone = smallestEffect(trials);
  const corrected = smallestEffect(trials, 0.05 / claims);
  const known = spreadOf(specification);
  const family = `of ${claims} claims on the page`;
  if (known === null || alone === null || corrected === null) {
    return unknownText(settingsName(specification), trials, [
      ['as one claim alone', alone],
      [`as the first ${family}`, corrected],
    ]);
  }
  const names: readonly (readonly [keyof Spread, string])[] = [
    ...(measures.loss === null ? [] : [['timeToLoss', `time to a validation loss of ${measures.loss}`] as const]),
    ['lossArea', 'mean validation loss'],
    ['earlyStop', 'early stop'],
    ['accuracy', 'test accuracy at early stop'],
  ];
  const opponents = (['dense', 'reinitialise'] as const).filter((one) => one === 'dense' || controls.includes(one));
  const titles = { dense: 'dense', reinitialise: 're-initialised' };
  const rows = names.map(([measure, name]) => [
    name,
    ...opponents.flatMap((against) =>
      [alone, corrected].map((effect) => smallestText(known[against][measure], effect, measure)),
    ),
  ]);
  const head = ['', ...opponents.flatMap((against) => [`${titles[against]}, alone`, `of ${claims}`])];
  return [
    `The smallest difference that ${formatCount(trials, 'trial')} show with ${POWER}, at the density nearest 21%,\nagainst the dense network and against its re-initialisation, as one claim alone and as the first ${family},\nby spreads of ${known.source}:`,
    table(head, rows, `l${'r'.repeat(head.length - 1)}`, paint),
  ].join('\n');
}

/** How many claims a study's page may make, for an example. */
const MANY_CLAIMS = 20;

/** The smallest difference in accuracy that a study can show. */
export function studyPowerText(specification: RunSpecification): string {
  const { trials } = specification;
  if (trials < 2) return oneTrial;
  const alone = smallestEffect(trials);
  const corrected = smallestEffect(trials, 0.05 / MANY_CLAIMS);
  const known = spreadOf(specification);
  if (known === null || alone === null || corrected === null) {
    return unknownText(settingsName(specification), trials, [
      ['as one claim alone', alone],
      [`as the first of ${MANY_CLAIMS} claims`, corrected],
    ]);
  }
  const size = (effect: number) => smallestText(known.dense.accuracy, effect, 'accuracy');
  return `The smallest difference in test accuracy that ${formatCount(trials, 'trial')} show with ${POWER}: ${size(alone)} as one claim alone, ${size(corrected)} as the first of ${MANY_CLAIMS} claims, by spreads of ${known.source}.`;
}
