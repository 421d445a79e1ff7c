import { confidenceText } from '../../analysis/estimate-words.js';
import {
  capitalise,
  formatCount,
  formatDensity,
  formatFixed,
  formatList,
  formatShare,
  formatSigned,
} from '../../analysis/format.js';
import { matchedBy } from '../../analysis/overlap/values.js';
import { pairMean } from '../../analysis/trial-pairs.js';
import { verdictText } from '../../analysis/verdict-words.js';
import type { Finding } from '../shared/finding.js';
import { keptByTrials } from './agreements.js';
import { askedLevels, focusOf, type OverlapSummary, summariseOverlap } from './compare.js';
import { type ConsistencyFound, type VariationFound, variations } from './found.js';
import { type ConsistencyTest, consistencyTests } from './tests.js';
import { indexText, spanText, timesText } from './words.js';

const at = (density: number) => `At ${formatDensity(density)}% of weights`;
const wholeNumber = (value: number) => formatFixed(value, Math.abs(value) < 10 ? 1 : 0);

/** "2.31 times as much as chance", "as much as chance" for what rounds to it. */
const timesChance = (ratio: number) =>
  timesText(ratio) === '1.00' ? 'as much as chance' : `${timesText(ratio)} times as much as chance`;

/** What all findings of a variation need. */
interface Summarised {
  readonly found: ConsistencyFound;
  readonly variation: VariationFound;
  readonly summary: OverlapSummary;
  readonly tests: readonly ConsistencyTest[];
}

function overlapFinding({ found, variation, summary, tests }: Summarised): Finding {
  const { differs } = variations[variation.name];
  const focus = focusOf(found);
  const { ratio, jaccard, expectedJaccard, z, withinInputs, withinNeurons } = summary;
  if (ratio === null || jaccard === null || expectedJaccard === null) {
    return {
      outcome: null,
      text: `${at(focus.density)}, no two masks of trials that ${differs} can be compared yet, or none is pruned.`,
    };
  }
  const test = tests.find(({ claim }) => claim.kind === 'above-chance')!;
  const sizes = `${formatCount(ratio.pairs, 'pair')} of ${formatCount(ratio.trials, 'trial')}`;
  const deviations = z === null ? '' : `; z ${spanText(z, wholeNumber)}`;
  const within =
    withinInputs === null || withinNeurons === null
      ? ''
      : ` Against chance that knows how many weights read each input they overlap ${timesText(withinInputs.mean)} times as much, against chance that knows how many come into each neuron ${timesText(withinNeurons.mean)} times.`;
  const others = askedLevels(found)
    .filter(({ level }) => level !== focus.level)
    .flatMap(({ level, density }) => {
      const there = summariseOverlap(variation, level);
      return there.ratio === null || there.jaccard === null
        ? []
        : [
            `${timesText(there.ratio.mean)} times (Jaccard ${indexText(there.jaccard.mean)}) at ${formatDensity(density)}%`,
          ];
    });
  return {
    outcome: test.verdict.outcome,
    text: `${at(focus.density)}, trials that ${differs} find masks that overlap ${timesChance(ratio.mean)} (${confidenceText(ratio.interval, timesText, '', '; ')}Jaccard ${indexText(jaccard.mean)} where chance gives ${indexText(expectedJaccard.mean)}${deviations}; ${sizes}): more than chance is ${verdictText(test.verdict)}.${within}${others.length === 0 ? '' : ` It is ${others.join(', ')}.`}`,
  };
}

function matchingFinding({ found, variation, summary, tests }: Summarised): Finding[] {
  const { matched, matchedJaccard, ratio, shuffled } = summary;
  if (matched === null || matchedJaccard === null || ratio === null || found.matchedBy === null) return [];
  const claims = tests.filter(({ claim }) => claim.kind === 'above-shuffled');
  const of = (shuffle: string) =>
    claims.find(({ claim }) => claim.kind === 'above-shuffled' && claim.shuffle === shuffle);
  const [weights, degrees] = [of('weights'), of('degrees')];
  const focus = focusOf(found);
  const head = `${at(focus.density)}, putting the hidden units of trials that ${variations[variation.name].differs} into the order that matches best (by ${matchedBy[found.matchedBy].split(':')[0]}) brings their overlap from ${timesText(ratio.mean)} to ${timesText(matched.mean)} times chance (${confidenceText(matched.interval, timesText, '', '; ')}Jaccard ${indexText(matchedJaccard.mean)})`;
  if (weights === undefined || degrees === undefined || shuffled.weights === null || shuffled.degrees === null) {
    return [{ outcome: null, text: `${head}; nothing was shuffled to say what matching finds by itself.` }];
  }
  const more = ({ found: difference }: ConsistencyTest) =>
    difference === null
      ? ''
      : `${formatSigned(difference.mean, 2)}${confidenceText(difference.interval, (v) => formatSigned(v, 2), ', ')}`;
  return [
    {
      outcome: degrees.verdict.outcome,
      text: `${head}. The same search brings masks with their weights shuffled within each layer to ${timesText(shuffled.weights.mean)} (difference ${more(weights)}: more than that is ${verdictText(weights.verdict)}), and masks rewired with the degree of every unit and input kept to ${timesText(shuffled.degrees.mean)} (difference ${more(degrees)}: more than that is ${verdictText(degrees.verdict)}).`,
    },
  ];
}

function contrastFinding({ found, variation, tests }: Summarised): Finding[] {
  const test = tests.find(({ claim }) => claim.kind === 'above-variation');
  if (test?.found == null || test.claim.kind !== 'above-variation') return [];
  const { mean } = test.found;
  const words = `${indexText(Math.abs(mean))} ${mean < 0 ? 'lower' : 'higher'}`;
  return [
    {
      outcome: test.verdict.outcome,
      text: `${at(focusOf(found).density)}, the Jaccard index of trials that ${variations[variation.name].differs} is ${words} than that of trials that ${variations[test.claim.other].differs} (${confidenceText(test.found.interval, (value) => formatSigned(value, 3), '', '; ')}${formatCount(test.found.pairs, 'pair')}): higher is ${verdictText(test.verdict)}.`,
    },
  ];
}

/** What every variation has of something, in one sentence: "0.77 for another order of examples, 0.10 for ...". */
function listed(all: readonly Summarised[], of: (one: Summarised) => string | null): string | null {
  const parts = all.flatMap((one) => {
    const text = of(one);
    return text === null ? [] : [`${text} for ${variations[one.variation.name].title}`];
  });
  return parts.length === 0 ? null : formatList(parts);
}

function coreFinding(found: ConsistencyFound, all: readonly Summarised[]): Finding[] {
  const focus = focusOf(found);
  const percent = (share: number) => formatShare(share, share < 0.00995 ? 3 : 1);
  const keptOf = ({ variation }: Summarised) => keptByTrials(variation, focus.level);
  const first = all.map(keptOf).find((kept) => kept !== null && kept.trials > 1);
  const text = listed(all, (one) => {
    const kept = keptOf(one);
    return kept === null || kept.trials < 2 ? null : `${percent(kept.core)} and ${percent(kept.union)}`;
  });
  if (text === null || first == null) return [];
  const trials = first.trials === 2 ? 'both' : `all ${first.trials}`;
  return [
    {
      outcome: null,
      text: `${at(focus.density)}, the share of weights that ${trials} trials keep, and that any of them keeps, is ${text}; of independent masks it would be ${percent(first.coreByChance)} and ${percent(first.unionByChance)}.`,
    },
  ];
}

function pixelFinding(found: ConsistencyFound, all: readonly Summarised[]): Finding[] {
  const focus = focusOf(found);
  const number = (value: number) => formatFixed(value, 2);
  const text = listed(all, ({ variation }) => {
    const here = variation.overlaps.filter(({ level }) => level === focus.level);
    const correlation = pairMean(
      here.flatMap(({ first, second, pixels }) =>
        pixels?.correlation == null ? [] : [{ first, second, value: pixels.correlation }],
      ),
    );
    return correlation === null
      ? null
      : `${number(correlation.mean)}${confidenceText(correlation.interval, number, ' (', ')')}`;
  });
  if (text === null) return [];
  return [
    {
      outcome: null,
      text: `${at(focus.density)}, the rank correlation over pixels of how many weights two trials have read each is ${text}.`,
    },
  ];
}

/** What was found, in words: of every variation how much masks overlap, then with units matched, then what all agree on. */
export function consistencyFindings(found: ConsistencyFound): Finding[] {
  const { level } = focusOf(found);
  const tests = consistencyTests(found);
  const all = found.variations.map(
    (variation): Summarised => ({
      found,
      variation,
      summary: summariseOverlap(variation, level),
      tests: tests.filter((test) => test.variation === variation.name),
    }),
  );
  return [
    ...all.map(overlapFinding),
    ...all.flatMap(contrastFinding),
    ...all.flatMap(matchingFinding),
    ...coreFinding(found, all),
    ...pixelFinding(found, all),
  ];
}

/** What one must know to trust the findings: what is missing, and how numbers came about. */
export function consistencyNotes(found: ConsistencyFound): string[] {
  const tests = consistencyTests(found).filter(({ p }) => p !== null).length;
  const missing = found.variations.flatMap((variation) => {
    const { tickets, overlaps, plannedOverlaps, matchings, plannedMatchings, agreements, plannedAgreements } =
      variation;
    const diverged = tickets.filter(({ status }) => status === 'diverged');
    const title = capitalise(variations[variation.name].title);
    const parts = [
      overlaps.length < plannedOverlaps ? `${overlaps.length} of ${plannedOverlaps} pairs of masks are compared` : '',
      matchings.length < plannedMatchings ? `${matchings.length} of ${plannedMatchings} pairs are matched` : '',
      agreements.length < plannedAgreements
        ? `${agreements.length} of ${plannedAgreements} levels have all trials beside one another`
        : '',
      diverged.length > 0
        ? `${formatCount(diverged.length, 'ticket')} diverged and ${diverged.length === 1 ? 'is' : 'are'} left out`
        : '',
    ].filter((part) => part !== '');
    return parts.length === 0 ? [] : [`${title}: ${parts.join('; ')}; the others are in no mean.`];
  });
  const whole = found.layers.filter(({ layer }) =>
    found.variations.every(({ overlaps }) =>
      overlaps.every(({ layers }) => layers.some((one) => one.layer === layer && one.first === one.size)),
    ),
  );
  const wholeText =
    found.variations.some(({ overlaps }) => overlaps.length > 0) && whole.length > 0
      ? [`Layers that are never pruned are left out: ${whole.map(({ layer }) => layer).join(', ')}.`]
      : [];
  const names = found.variations.map(({ name }) => name);
  const sharing = names.filter((name) => name !== 'noise' && name !== 'data');
  return [
    ...missing,
    ...wholeText,
    'Chance is two independent masks that keep as many weights in every layer as these do; their overlap follows the hypergeometric distribution, and z is the excess of one pair in its standard deviations. With many weights a small excess gives a large z, and z does not show how trials vary.',
    `Pairs that share a trial are not independent. Means are over pairs; intervals treat trials as the units of sampling: the jackknife of a U-statistic, with as many degrees of freedom as trials less one. ${formatCount(tests, 'test')} at the level of the findings ${tests === 1 ? 'is' : 'are'} corrected by Holm’s method.`,
    ...(sharing.length > 1
      ? [
          `The first trial is the same tickets in ${sharing.map((name) => `“${variations[name].title}”`).join(', ')}, so that these are not independent of each other.`,
        ]
      : []),
    ...(names.includes('noise')
      ? [`Noise is of ${found.noise} standard deviations of each layer’s initial weights.`]
      : []),
    ...(names.includes('data')
      ? [
          `The part of the data is ${formatShare(found.part, 0)} of the training examples; the validation set is the same.`,
        ]
      : []),
    ...(found.matchedBy === null || !found.variations.some(({ plannedMatchings }) => plannedMatchings > 0)
      ? []
      : [
          `Units are matched by ${matchedBy[found.matchedBy]}. The search raises what it is judged by, and ends in a local optimum: hence the same search on shuffled masks, ${formatCount(found.draws, 'draw')} of each kind a pair, averaged within the pair.`,
        ]),
  ];
}
