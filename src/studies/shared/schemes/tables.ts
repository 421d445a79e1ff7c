import { conditionName } from '../../../analysis/conditions.js';
import {
  formatDensity,
  formatFixed,
  formatInteger,
  formatInterval,
  formatLarge,
  formatSeconds,
  formatTwoDigits,
} from '../../../analysis/format.js';
import { ratioOf } from '../../../analysis/log-ratio.js';
import type { StudyTable } from '../table.js';
import { denseGroup, type StudyComparison, type StudyContrast, type StudyEntry } from './compare.js';
import type { StudyCost } from './found.js';
import type { Reach, StudyGroup } from './group.js';
import { accuracyText, differenceText, judge, rangeText } from './words.js';

const signs = { supported: 'more', contradicted: 'less', undecided: '~' } as const;

/** "−0.80 (−1.20 to −0.40), less": the difference, its interval, the verdict, and the pairs where they are not all trials. */
function contrastCell(contrast: StudyContrast | null | undefined, trials: number): string {
  if (contrast === null || contrast === undefined) return '';
  if (contrast.n === 0) return 'no pair';
  const pairs = contrast.n === trials ? '' : `, ${contrast.n} of ${trials} pairs`;
  return `${differenceText(contrast)}${pairs}, ${signs[judge(contrast).outcome]}`;
}

const verdictNote =
  'Differences are in percentage points, paired by trial, with 95% t intervals; more and less: significant after Holm’s correction over all comparisons of the page; ~: undecided.';

/** "3", "2 of 3", "2 of 3, 1 diverged": trials that a mean is over, and why it is not over all. */
function trialsCell(group: StudyGroup | null, trials: number): string {
  const averaged = group?.accuracy?.n ?? 0;
  const diverged = group === null || group.diverged === 0 ? '' : `, ${group.diverged} diverged`;
  return `${averaged === trials ? trials : `${averaged} of ${trials}`}${diverged}`;
}

/** "4,200 (3,900 to 4,500)"; where some run never gets there "≥ 4,200 (2 of 3 runs)", where none does "never (0 of 3 runs)". */
export function reachText({ runs, reached, iterations }: Reach): string {
  if (runs === 0 || iterations === null) return '';
  if (reached === 0) return `never (0 of ${runs} runs)`;
  const mean = formatInteger(iterations.mean);
  if (reached < runs) return `\u2265 ${mean} (${reached} of ${runs} runs)`;
  return iterations.interval === null ? mean : `${mean} (${formatInterval(iterations.interval, formatInteger)})`;
}

const costCells = (cost: StudyCost | null, inTrainings: number | null): string[] =>
  cost === null
    ? ['', '', '', '']
    : [
        formatLarge(cost.flops),
        inTrainings === null ? '' : formatTwoDigits(inTrainings),
        formatLarge(cost.examples),
        formatSeconds(cost.seconds),
      ];

/** "fc1, fc2", each with its runs where not all of them lost it. */
const collapsedCell = (group: StudyGroup | null) =>
  (group?.collapsed ?? [])
    .map(({ layer, runs }) => (runs === group!.runs ? layer : `${layer} (${runs} of ${group!.runs} runs)`))
    .join(', ');

const keptCell = (group: StudyGroup | null) => (group?.kept == null ? '' : formatDensity(group.kept));

const denseTitle = ({ study }: StudyComparison, group: StudyGroup) =>
  study.schemes.find(({ name }) => name === group.scheme)!.title;

export function qualityTable(comparison: StudyComparison): StudyTable {
  const { trials } = comparison.study;
  const { dense, entries, imp, random } = comparison;
  const opponents: { title: string; of: (entry: StudyEntry) => StudyContrast | null }[] = [
    { title: 'the dense network', of: ({ toDense }) => toDense },
    ...(imp === null ? [] : [{ title: imp.title, of: ({ toImp }: StudyEntry) => toImp }]),
    ...(random === null ? [] : [{ title: random.title, of: ({ toRandom }: StudyEntry) => toRandom }]),
  ];
  const own = (group: StudyGroup | null) => [
    keptCell(group),
    accuracyText(group?.accuracy ?? null),
    trialsCell(group, trials),
  ];
  const reachRatio = (contrast: StudyContrast | null) => {
    const { ratio, interval } = ratioOf(contrast ?? { mean: null, interval: null });
    return ratio === null ? '' : `${formatFixed(ratio, 2)}${rangeText(interval, (value) => formatFixed(value, 2))}`;
  };
  return {
    id: 'quality',
    title: 'How good the tickets are',
    note: `Test accuracy at early stop, means over trials. ${verdictNote} Iterations until the validation loss is first no higher than the dense network’s lowest: runs that never get there count with their last iteration (≥, and how many do), and the ratio to the dense network’s is of geometric means. ● is on the Pareto front of cost, finding and training together, and accuracy, by means.`,
    head: [
      'scheme',
      'weights asked for (%)',
      'kept (%)',
      'test accuracy',
      'trials',
      ...opponents.map(({ title }) => `less ${title}`),
      'iterations to the dense network’s lowest loss',
      'over the dense network’s',
      'front',
    ],
    rows: [
      ...dense.map((group) => [
        denseTitle(comparison, group),
        '100',
        ...own(group),
        ...opponents.map(() => ''),
        reachText(group.reach),
        '',
        '',
      ]),
      ...entries.map((entry) => [
        entry.scheme.title,
        formatDensity(entry.density),
        ...own(entry.ticket),
        ...opponents.map(({ of }) => contrastCell(of(entry), trials)),
        entry.ticket === null ? '' : reachText(entry.ticket.reach),
        reachRatio(entry.reachToDense),
        entry.onFront.total ? '●' : '',
      ]),
    ],
  };
}

export function costTable(comparison: StudyComparison): StudyTable {
  const cost = ['FLOP', 'dense trainings', 'examples', 'time'];
  const cells = (group: StudyGroup | null) => [
    ...costCells(group?.finding ?? null, group?.findingInTrainings ?? null),
    ...costCells(group?.training ?? null, group?.trainingInTrainings ?? null),
    group?.totalInTrainings == null ? '' : formatTwoDigits(group.totalInTrainings),
    collapsedCell(group),
  ];
  return {
    id: 'cost',
    title: 'What they cost',
    note: 'Means over the trials that did not diverge. Finding is all that came before the mask was known, searches and trainings; training is that of the ticket itself, evaluation left out, and nothing where a ticket is found while it trains. Compare schemes by both together, until there is a trained ticket. A dense training is counted in FLOP. Time is what it took where it ran.',
    head: [
      'scheme',
      'weights asked for (%)',
      ...cost.map((name) => `finding: ${name}`),
      ...cost.map((name) => `training: ${name}`),
      'finding and training: dense trainings',
      'layers left without weights',
    ],
    rows: [
      ...comparison.dense.map((group) => [denseTitle(comparison, group), '100', ...cells(group)]),
      ...comparison.entries.map(({ scheme, density, ticket }) => [
        scheme.title,
        formatDensity(density),
        ...cells(ticket),
      ]),
    ],
  };
}

/** Schemes by densities: one number a cell. */
export function gridTable(comparison: StudyComparison, withDense: boolean): StudyTable {
  const { schemes, densities, entries, study } = comparison;
  const cell = (group: StudyGroup | null) => {
    const text = accuracyText(group?.accuracy ?? null);
    const trials = trialsCell(group, study.trials);
    return trials === `${study.trials}` ? text : `${text === '' ? 'none' : text} (${trials})`;
  };
  return {
    id: 'grid',
    title: 'Tickets by density',
    note: 'Test accuracy at early stop, mean over trials with its 95% t interval; where not all trials are in it, how many are.',
    head: ['weights asked for (%)', ...(withDense ? ['100, dense'] : []), ...densities.map(formatDensity)],
    rows: [
      ...(withDense
        ? []
        : comparison.dense.map((group) => [denseTitle(comparison, group), ...densities.map(() => cell(group))])),
      ...schemes.map((scheme) => [
        scheme.title,
        ...(withDense ? [cell(denseGroup(comparison, scheme.name))] : []),
        ...densities.map((density) =>
          cell(entries.find((entry) => entry.scheme === scheme && entry.density === density)!.ticket),
        ),
      ]),
    ],
  };
}

/** What a study adds to the table of controls: a column a control, and what it says below. */
export interface ControlColumns {
  readonly note: string;
  /** Null for a control that has no such column. */
  head(control: string): string | null;
  cell(entry: StudyEntry, control: string): string;
}

/** Tickets beside their controls; null where there are none. */
export function controlTable(comparison: StudyComparison, added: ControlColumns | null = null): StudyTable | null {
  const { controls, entries, study } = comparison;
  if (controls.length === 0) return null;
  const claimed = controls.filter((control) => added?.head(control) != null);
  return {
    id: 'controls',
    title: 'Tickets beside their controls',
    note: `Test accuracy at early stop, means over trials, and the ticket less the control; control draws of one ticket are averaged first. ${verdictNote}${added === null ? '' : ` ${added.note}`}`,
    head: [
      'scheme',
      'weights asked for (%)',
      'ticket',
      'trials',
      ...controls.flatMap((control) => [conditionName(control), 'trials', 'ticket less it']),
      ...claimed.map((control) => added!.head(control) as string),
    ],
    rows: entries.map((entry) => [
      entry.scheme.title,
      formatDensity(entry.density),
      accuracyText(entry.ticket?.accuracy ?? null),
      trialsCell(entry.ticket, study.trials),
      ...controls.flatMap((control) => {
        const group = entry.controls.find(({ condition }) => condition === control) ?? null;
        if (group === null) return ['', '', ''];
        return [
          accuracyText(group.accuracy),
          trialsCell(group, study.trials),
          contrastCell(entry.toControls[control], study.trials),
        ];
      }),
      ...claimed.map((control) => added!.cell(entry, control)),
    ]),
  };
}
