import {
  capitalise,
  formatCount,
  formatDensity,
  formatFixed,
  formatInterval,
  formatTwoDigits,
} from '../../analysis/format.js';
import type { Interval } from '../../analysis/intervals.js';
import type { StudyComparison, StudyEntry } from '../shared/schemes/compare.js';
import {
  accuracySentence,
  byOutcome,
  differenceText,
  judge,
  judgement,
  listEntries,
  ofWeights,
  outcomesSentence,
} from '../shared/schemes/words.js';

const trainings = (count: number) =>
  `${formatTwoDigits(count)} dense ${formatTwoDigits(count) === '1.0' ? 'training' : 'trainings'}`;

/** The most accurate ticket, IMP's apart, that took less to find and to train than one training of the dense network; the first of equals. */
function bestCheap(entries: readonly StudyEntry[]): StudyEntry | undefined {
  return entries
    .filter(
      ({ scheme, ticket }) =>
        scheme.reference !== 'imp' && (ticket?.totalInTrainings ?? 1) < 1 && ticket?.accuracy != null,
    )
    .reduce<StudyEntry | undefined>(
      (best, entry) =>
        best === undefined || entry.ticket!.accuracy!.mean > best.ticket!.accuracy!.mean ? entry : best,
      undefined,
    );
}

function cheapSentence(density: number, best: StudyEntry, imp: StudyEntry | undefined) {
  const { scheme, ticket, toImp } = best;
  const found = `At ${ofWeights(density)} the most accurate ticket that took less to find and to train than one dense training is that of ${scheme.title}: ${accuracySentence(ticket!.accuracy!)}, found for ${trainings(ticket!.findingInTrainings!)}, found and trained for ${trainings(ticket!.totalInTrainings!)}.`;
  if (imp?.ticket?.accuracy == null) return `${found} IMP has no finished ticket here to hold it against.`;
  const reference = `${capitalise(imp.scheme.title)} reaches ${accuracySentence(imp.ticket.accuracy)} for ${trainings(imp.ticket.totalInTrainings!)}`;
  if (toImp === null || toImp.n === 0) return `${found} ${reference}; no trial has both.`;
  return `${found} ${reference}; the difference is ${differenceText(toImp)} points over ${formatCount(toImp.n, 'trial')}: ${judgement(toImp)}.`;
}

/** What IMP's further points cost, in dense trainings a percentage point. */
function priceSentence(density: number, best: StudyEntry, imp: StudyEntry | undefined): string | null {
  const { scheme, ticket, toImp } = best;
  if (imp?.ticket?.totalInTrainings == null || toImp === null || toImp.mean === null) return null;
  const dearer = imp.ticket.totalInTrainings - ticket!.totalInTrainings!;
  if (dearer <= 0) return null;
  const gain = -toImp.mean * 100;
  const range: Interval | null = toImp.interval && { low: -toImp.interval.high * 100, high: -toImp.interval.low * 100 };
  const two = (value: number) => formatFixed(value, 2);
  const start = `At ${ofWeights(density)} ${imp.scheme.title} took ${trainings(dearer)} more to find and to train than ${scheme.title} and its ticket is ${two(Math.abs(gain))} points ${gain < 0 ? 'less' : 'more'} accurate`;
  const { outcome } = judge(toImp);
  if (outcome === 'supported') return `${start}: more work buys nothing here.`;
  if (outcome === 'undecided') {
    const interval = range === null ? 'one trial gives no interval' : `95% interval ${formatInterval(range, two)}`;
    return `${start} (${interval}): the price of a point is undecided.`;
  }
  const price = (points: number) => formatTwoDigits(dearer / points);
  return `${start} (95% interval ${formatInterval(range!, two)}): ${price(gain)} dense trainings a point (${price(range!.high)} to ${price(range!.low)}).`;
}

function randomSentence(comparison: StudyComparison): string {
  const { random, entries } = comparison;
  if (random === null) return 'No random masks were drawn, so it is not known which schemes beat them.';
  const found = byOutcome(entries, ({ toRandom }) => toRandom);
  const beats = new Set(found.supported.map(({ scheme }) => scheme));
  const tested = new Set(Object.values(found).flatMap((some) => some.map(({ scheme }) => scheme)));
  const never = [...tested].filter((scheme) => !beats.has(scheme)).map(({ title }) => title);
  const most = never.length === 0 ? '' : ` At no density shown to be more accurate than it: ${never.join('; ')}.`;
  return `${outcomesSentence('Tickets', found, `${random.title} of the same density`)}${most}`;
}

function frontSentence({ entries, densities }: StudyComparison): string | null {
  const on = entries.filter(({ onFront }) => onFront.total);
  if (on.length === 0) return null;
  const always = [...new Set(on.map(({ scheme }) => scheme))].filter(
    (scheme) => on.filter((entry) => entry.scheme === scheme).length === densities.length,
  );
  const others = on.filter(({ scheme }) => !always.includes(scheme));
  const everywhere =
    always.length === 0 ? 'none at every density' : `${always.map(({ title }) => title).join('; ')} at every density`;
  return `By means, on the Pareto front of cost, finding and training together, and accuracy: ${everywhere}${others.length === 0 ? '' : `; ${listEntries(others)}`}. Neighbours on it may differ by chance.`;
}

/**
 * What the cost-against-quality frontier says: at each density the best ticket that is cheaper than a dense training, beside
 * IMP's; which schemes never beat random masks; what IMP's further points cost; who is on the Pareto front.
 */
export function frontierFindings(comparison: StudyComparison): string[] {
  const at = (density: number) => comparison.entries.filter((entry) => entry.density === density);
  const cheap = comparison.densities.flatMap((density) => {
    const entries = at(density);
    const best = bestCheap(entries);
    const imp = entries.find(({ scheme }) => scheme === comparison.imp);
    return [{ density, best, imp }];
  });
  if (comparison.dense.every(({ training }) => training === null)) {
    return ['No dense network has finished, so costs and accuracies cannot be held against it.'];
  }
  const first = cheap.map(({ density, best, imp }) =>
    best === undefined
      ? `At ${formatDensity(density)}% of weights no finished ticket took less to find and to train than one dense training.`
      : cheapSentence(density, best, imp),
  );
  const prices = cheap.map(({ density, best, imp }) => (best === undefined ? null : priceSentence(density, best, imp)));
  return [...first, randomSentence(comparison), ...prices, frontSentence(comparison)].filter((text) => text !== null);
}
