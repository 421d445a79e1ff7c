import { shuffleNames } from '../../analysis/alignment/index.js';
import { estimateText } from '../../analysis/estimate-words.js';
import { formatDensity, formatFixed, formatInteger, formatShare } from '../../analysis/format.js';
import { deviation, mean } from '../../analysis/intervals.js';
import { overlapOf } from '../../analysis/overlap/index.js';
import { summarise } from '../../analysis/summary.js';
import { type PairValue, pairMean } from '../../analysis/trial-pairs.js';
import type { StudyTable } from '../shared/table.js';
import { keptByTrials } from './agreements.js';
import { askedLevels, type LayerScope, summariseOverlap } from './compare.js';
import { type ConsistencyFound, type OverlapFound, type VariationFound, variations } from './found.js';
import { indexText, spanText, timesText } from './words.js';

const deviations = (value: number) => formatFixed(value, Math.abs(value) < 10 ? 1 : 0);

/** "10", or "6 of 10" where not all pairs are there. */
function pairsText(count: number, planned: number): string {
  return count === planned ? `${planned}` : `${count} of ${planned}`;
}

const isMatched = ({ variations: all }: ConsistencyFound) => all.some(({ matchings }) => matchings.length > 0);

const matchedHead = (found: ConsistencyFound) =>
  isMatched(found) ? ['matched: over chance', 'weights shuffled', 'rewired'] : [];

function overlapCells(found: ConsistencyFound, variation: VariationFound, level: number, scope: LayerScope): string[] {
  const summary = summariseOverlap(variation, level, scope);
  return [
    estimateText(summary.jaccard, indexText),
    summary.expectedJaccard === null ? '' : indexText(summary.expectedJaccard.mean),
    estimateText(summary.ratio, timesText),
    spanText(summary.z, deviations),
    estimateText(summary.withinNeurons, timesText),
    estimateText(summary.withinInputs, timesText),
    ...(isMatched(found)
      ? [
          estimateText(summary.matched, timesText),
          ...shuffleNames.map((name) => estimateText(summary.shuffled[name], timesText)),
        ]
      : []),
    pairsText(summary.ratio?.pairs ?? 0, (found.trials * (found.trials - 1)) / 2),
  ];
}

const overlapHead = (found: ConsistencyFound) => [
  'Jaccard',
  'by chance',
  'over chance',
  'z',
  'given neurons',
  'given inputs',
  ...matchedHead(found),
  'pairs',
];

const overlapNote =
  'Means over pairs of trials with 95% jackknife intervals over trials; z from the least to the greatest pair. Over chance: weights in common, divided by how many independent masks with as many weights in each layer would share; given neurons, given inputs: masks with as many weights into each neuron, out of each input.';

function wholeTable(found: ConsistencyFound): StudyTable {
  return {
    id: 'overlap',
    title: 'How much masks overlap',
    note: `All layers that are pruned. ${overlapNote}`,
    head: ['trials with', 'weights remaining (%)', ...overlapHead(found)],
    rows: found.variations.flatMap((variation) =>
      askedLevels(found).map(({ level, density }) => [
        variations[variation.name].title,
        formatDensity(density),
        ...overlapCells(found, variation, level, null),
      ]),
    ),
  };
}

function layerTable(found: ConsistencyFound): StudyTable {
  const living = (pairs: readonly OverlapFound[], layer: string, of: 'livingNeurons' | 'livingInputs') => {
    const values = pairs.flatMap(({ first, second, layers }): (PairValue & { expected: number | null })[] => {
      const one = layers.find((each) => each.layer === layer);
      const { jaccard = null, expectedJaccard = null } = one === undefined ? {} : overlapOf(one[of]);
      return jaccard === null ? [] : [{ first, second, value: jaccard, expected: expectedJaccard }];
    });
    if (values.length === 0) return '';
    const chance = values.flatMap(({ expected }) => expected ?? []);
    return `${estimateText(pairMean(values), indexText)}, chance ${indexText(mean(chance))}`;
  };
  return {
    id: 'layers',
    title: 'Layer by layer',
    note: `${overlapNote} Living neurons: Jaccard index of the neurons that any weight comes into; living inputs: of the inputs that any weight reads.`,
    head: [
      'trials with',
      'weights remaining (%)',
      'layer',
      'kept (%)',
      ...overlapHead(found),
      'living neurons',
      'living inputs',
    ],
    rows: found.variations.flatMap((variation) =>
      askedLevels(found).flatMap(({ level, density }) => {
        const pairs = variation.overlaps.filter((pair) => pair.level === level);
        return found.layers.map(({ layer }) => {
          const own = pairs.flatMap(({ layers }) => layers.filter((one) => one.layer === layer));
          const kept = own.map(({ size, first, second }) => (first + second) / (2 * size));
          return [
            variations[variation.name].title,
            formatDensity(density),
            layer,
            kept.length === 0 ? '' : formatDensity(mean(kept)),
            ...overlapCells(found, variation, level, layer),
            living(pairs, layer, 'livingNeurons'),
            living(pairs, layer, 'livingInputs'),
          ];
        });
      }),
    ),
  };
}

function coreTable(found: ConsistencyFound): StudyTable {
  const percent = (share: number) => formatFixed(share * 100, share < 0.00995 ? 3 : 1);
  const counts = Array.from({ length: found.trials + 1 }, (_, k) => k);
  return {
    id: 'core',
    title: 'What all trials agree on',
    note: 'Shares in per cent of the weights of layers that are pruned, each with what independent masks of the same densities would have (Poisson binomial distribution). Core: kept by all trials; union: by any; then by exactly so many.',
    head: [
      'trials with',
      'weights remaining (%)',
      'core',
      'by chance',
      'union',
      'by chance',
      ...counts.flatMap((k) => [`by ${k} of ${found.trials}`, 'by chance']),
    ],
    rows: found.variations.flatMap((variation) =>
      askedLevels(found).map(({ level, density }) => {
        const kept = keptByTrials(variation, level);
        const head = [variations[variation.name].title, formatDensity(density)];
        if (kept === null) return [...head, '', '', '', '', ...counts.flatMap(() => ['', ''])];
        const shares = [kept.core, kept.coreByChance, kept.union, kept.unionByChance];
        return [
          ...head,
          ...shares.map(percent),
          ...counts.flatMap((k) =>
            k > kept.trials ? ['', ''] : [kept.exactly[k], kept.exactlyByChance[k]].map(percent),
          ),
        ];
      }),
    ),
  };
}

function pixelTable(found: ConsistencyFound): StudyTable | null {
  if (found.variations.every(({ overlaps }) => overlaps.every(({ pixels }) => pixels === null))) return null;
  return {
    id: 'pixels',
    title: 'Which pixels are read',
    note: 'Rank correlation of how many weights read each pixel, and overlap of the pixels that any weight reads. Means over pairs of trials with 95% jackknife intervals over trials.',
    head: [
      'trials with',
      'weights remaining (%)',
      'rank correlation',
      'Jaccard of pixels read',
      'by chance',
      'pixels read',
    ],
    rows: found.variations.flatMap((variation) =>
      askedLevels(found).map(({ level, density }) => {
        const pairs = variation.overlaps.filter((pair) => pair.level === level && pair.pixels !== null);
        const of = (value: (pixels: NonNullable<OverlapFound['pixels']>) => number | null) =>
          pairMean(
            pairs.flatMap(({ first, second, pixels }) => {
              const found = value(pixels!);
              return found === null ? [] : [{ first, second, value: found }];
            }),
          );
        const chance = of(({ used }) => overlapOf(used).expectedJaccard);
        return [
          variations[variation.name].title,
          formatDensity(density),
          estimateText(
            of(({ correlation }) => correlation),
            indexText,
          ),
          estimateText(
            of(({ used }) => overlapOf(used).jaccard),
            indexText,
          ),
          chance === null ? '' : indexText(chance.mean),
          spanText(
            of(({ used }) => (used.first + used.second) / 2),
            formatInteger,
          ),
        ];
      }),
    ),
  };
}

function accuracyTable(found: ConsistencyFound): StudyTable {
  return {
    id: 'accuracy',
    title: 'How accurate the tickets are',
    note: 'Test accuracy at early stop, means over trials with 95% t intervals; diverged tickets are in no mean.',
    head: ['trials with', 'weights remaining (%)', 'test accuracy', 'standard deviation', 'trials'],
    rows: found.variations.flatMap((variation) =>
      askedLevels(found).map(({ level, density }) => {
        const tickets = variation.tickets.filter((ticket) => ticket.level === level);
        const values = tickets.filter(({ status }) => status === 'done').map(({ testAccuracy }) => testAccuracy);
        const spread = deviation(values);
        const diverged = tickets.length - values.length;
        return [
          variations[variation.name].title,
          formatDensity(density),
          estimateText(summarise(values.map((value) => [value])), formatShare),
          spread === null ? '' : formatShare(spread),
          `${pairsText(values.length, found.trials)}${diverged === 0 ? '' : `, ${diverged} diverged`}`,
        ];
      }),
    ),
  };
}

/** Every table of the study. */
export function consistencyTables(found: ConsistencyFound): StudyTable[] {
  return [wholeTable(found), layerTable(found), coreTable(found), pixelTable(found), accuracyTable(found)].filter(
    (table) => table !== null,
  );
}
