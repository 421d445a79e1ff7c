import { differenceByTrial } from '../../../analysis/by-trial.js';
import { byCondition } from '../../../analysis/conditions.js';
import { holmTogether } from '../../../analysis/family.js';
import { logOf } from '../../../analysis/log-ratio.js';
import type { PairedDifference } from '../../../analysis/paired.js';
import { paretoFront } from '../../../analysis/pareto.js';
import { type Extremes, extremesOf } from './extremes.js';
import {
  densePoints,
  impScheme,
  type MeasuredStudy,
  randomScheme,
  type StudyPoint,
  type StudyScheme,
  ticketDensities,
  ticketSchemes,
} from './found.js';
import { accuracyOf, costOver, groupOf, reachOf, type StudyGroup } from './group.js';

/**
 * Every scheme of a study at every density, against the dense network, against iterative magnitude pruning, against random
 * masks, and against its own controls.
 *
 * The trial is the unit of replication and of pairing, as in `compareRun`: several runs of one trial are averaged first.
 * Runs that diverged are counted and are in no mean, costs included.
 */

/** Paired differences, ticket minus the other. */
export interface StudyContrast extends PairedDifference {
  /** p corrected by Holm's method over all comparisons of the page. */
  readonly holmP: number | null;
}

/** What a ticket costs: to find, or to find and to train. */
export type CostOf = 'finding' | 'total';

/** One scheme at one density. */
export interface StudyEntry {
  readonly scheme: StudyScheme;
  readonly density: number;
  readonly ticket: StudyGroup | null;
  readonly controls: readonly StudyGroup[];
  /** Differences in test accuracy at early stop, where both sides have a finished run; IMP and random not against themselves. */
  readonly toDense: StudyContrast | null;
  readonly toImp: StudyContrast | null;
  readonly toRandom: StudyContrast | null;
  readonly toControls: Readonly<Record<string, StudyContrast>>;
  /**
   * Iterations until the dense network's lowest validation loss over the dense network's own: differences of logarithms. Runs that
   * never get there count with their last iteration.
   */
  readonly reachToDense: StudyContrast | null;
  /** Whether, by means, no ticket of this density is as cheap and as accurate, and better in one of the two. */
  readonly onFront: Readonly<Record<CostOf, boolean>>;
}

export interface StudyComparison {
  readonly study: MeasuredStudy;
  /** The dense network of each scheme that has one of its own, else the one of the study. */
  readonly dense: readonly StudyGroup[];
  readonly imp: StudyScheme | null;
  readonly random: StudyScheme | null;
  /** Names of the controls present, in their fixed order. */
  readonly controls: readonly string[];
  /** From dense to sparse. */
  readonly densities: readonly number[];
  /** Schemes that find tickets, in the study's order. */
  readonly schemes: readonly StudyScheme[];
  /** Density by density, scheme by scheme; also those without a finished run. */
  readonly entries: readonly StudyEntry[];
  readonly diverged: readonly StudyPoint[];
  /** The least and the most accurate dense network, and ticket of each density; null where there are fewer than two. */
  readonly extremes: {
    readonly dense: CorrectedExtremes | null;
    readonly tickets: readonly (CorrectedExtremes | null)[];
  };
}

/** The least and the most accurate, with p corrected for their choice and then by Holm's method over all comparisons of the page. */
export type CorrectedExtremes = Extremes & Pick<StudyContrast, 'holmP'>;

/** Paired by trial; null where a side has no finished run at all. */
function contrastOf(
  ticket: readonly StudyPoint[],
  other: readonly StudyPoint[],
  quantity: (point: StudyPoint) => number,
): PairedDifference | null {
  return ticket.length === 0 || other.length === 0 ? null : differenceByTrial(ticket, other, quantity);
}

const uncorrected = (difference: PairedDifference | null): StudyContrast | null =>
  difference && { ...difference, holmP: null };

/** A point outside every table is a mistake in the results. */
function checkPoints({ points, schemes, densities }: MeasuredStudy): void {
  for (const { scheme, condition, density } of points) {
    if (!schemes.some(({ name }) => name === scheme)) {
      throw new RangeError(
        `a point is of scheme "${scheme}"; expected one of ${schemes.map(({ name }) => name).join(', ')}.`,
      );
    }
    if (condition !== 'dense' && !densities.includes(density)) {
      throw new RangeError(
        `a point of scheme "${scheme}" has density ${density}; expected one of ${densities.join(', ')}.`,
      );
    }
  }
}

/**
 * Compares everything a study has so far; what is missing shortens nothing but the pairs.
 *
 * @throws RangeError when a point is of a scheme or density that the study does not name
 */
export function compareStudy(study: MeasuredStudy): StudyComparison {
  checkPoints(study);
  const schemes = ticketSchemes(study);
  const densities = ticketDensities(study);
  const imp = impScheme(study);
  const random = randomScheme(study);
  const sparse = study.points.filter(({ condition }) => condition !== 'dense');
  const controls = [...new Set(sparse.map(({ condition }) => condition))]
    .filter((condition) => condition !== 'ticket')
    .sort(byCondition);
  const dense = new Map(schemes.map(({ name }) => [name, densePoints(study, name)]));
  const denseFlops = (scheme: string) => costOver(dense.get(scheme)!, 'training')?.flops ?? null;

  const entries = densities.flatMap((density) => {
    const at = (scheme: string, condition: string) =>
      sparse.filter((p) => p.scheme === scheme && p.condition === condition && p.density === density);
    const group = (scheme: string, condition: string) => {
      const points = at(scheme, condition);
      return points.length === 0 ? null : groupOf(points, denseFlops(scheme));
    };
    const tickets = schemes.map(({ name }) => at(name, 'ticket'));
    const against = (other: (scheme: StudyScheme) => readonly StudyPoint[]) =>
      schemes.map((scheme, i) => uncorrected(contrastOf(tickets[i], other(scheme), accuracyOf)));
    const toReference = (reference: StudyScheme | undefined) =>
      against((scheme) => (reference === undefined || scheme === reference ? [] : at(reference.name, 'ticket')));
    const toDense = against(({ name }) => dense.get(name)!);
    const toImp = toReference(imp);
    const toRandom = toReference(random);
    const toControls = controls.map((control) => against(({ name }) => at(name, control)));
    const groups = schemes.map(({ name }) => group(name, 'ticket'));
    const reachToDense = schemes.map(({ name }, i) =>
      uncorrected(contrastOf(tickets[i], dense.get(name)!, (point) => logOf(reachOf(point)))),
    );
    const offered = groups.filter((ticket) => ticket !== null && ticket.accuracy !== null) as StudyGroup[];
    const front = (costOf: (group: StudyGroup) => number) =>
      paretoFront(offered.map((group) => ({ cost: costOf(group), quality: group.accuracy!.mean })));
    const fronts: Readonly<Record<CostOf, readonly boolean[]>> = {
      finding: front(({ finding }) => finding!.flops),
      total: front(({ finding, training }) => finding!.flops + training!.flops),
    };
    const isOn = (costOf: CostOf, group: StudyGroup | null) =>
      group !== null && fronts[costOf][offered.indexOf(group)] === true;
    return schemes.map(
      (scheme, i): StudyEntry => ({
        scheme,
        density,
        ticket: groups[i],
        controls: controls.map((control) => group(scheme.name, control)).filter((found) => found !== null),
        toDense: toDense[i],
        toImp: toImp[i],
        toRandom: toRandom[i],
        toControls: Object.fromEntries(
          controls.flatMap((control, place) => {
            const found = toControls[place][i];
            return found === null ? [] : [[control, found]];
          }),
        ),
        reachToDense: reachToDense[i],
        onFront: { finding: isOn('finding', groups[i]), total: isOn('total', groups[i]) },
      }),
    );
  });

  const denseNetworks = [...new Set([...dense.values()].map((points) => points[0]?.scheme))].filter(
    (name) => name !== undefined,
  );
  const denseGroups = denseNetworks.map((scheme) => {
    const points = study.points.filter((point) => point.condition === 'dense' && point.scheme === scheme);
    return groupOf(points, costOver(points, 'training')?.flops ?? null);
  });
  const pointsOf = (group: StudyGroup) =>
    study.points.filter(
      (p) => p.scheme === group.scheme && p.condition === group.condition && p.density === group.density,
    );
  const extremes = [
    denseGroups,
    ...densities.map((density) =>
      entries.flatMap((entry) => (entry.density === density && entry.ticket !== null ? [entry.ticket] : [])),
    ),
  ].map((groups) => extremesOf(groups, pointsOf));
  const corrected = correct(entries, extremes);
  return {
    study,
    dense: denseGroups,
    imp: imp ?? null,
    random: random ?? null,
    controls,
    densities,
    schemes,
    entries: corrected.entries,
    extremes: { dense: corrected.extremes[0], tickets: corrected.extremes.slice(1) },
    diverged: study.points.filter(({ status }) => status === 'diverged'),
  };
}

/** Every comparison of accuracies that the page makes, corrected as one family. */
function correct(
  entries: readonly StudyEntry[],
  extremes: readonly (Extremes | null)[],
): { readonly entries: StudyEntry[]; readonly extremes: (CorrectedExtremes | null)[] } {
  const contrasts = entries.map(({ toDense, toImp, toRandom, toControls }) => [
    toDense,
    toImp,
    toRandom,
    ...Object.values(toControls),
  ]);
  const ps = holmTogether([
    ...contrasts.map((own) => own.map((contrast) => contrast?.p ?? null)),
    extremes.map((found) => found?.p ?? null),
  ]);
  return {
    entries: entries.map((entry, place): StudyEntry => {
      const [toDense, toImp, toRandom, ...toControls] = contrasts[place].map(
        (contrast, i) => contrast && { ...contrast, holmP: ps[place][i] },
      );
      const names = Object.keys(entry.toControls);
      return {
        ...entry,
        toDense,
        toImp,
        toRandom,
        toControls: Object.fromEntries(names.map((name, i) => [name, toControls[i] as StudyContrast])),
      };
    }),
    extremes: extremes.map((found, i) => found && { ...found, holmP: ps[entries.length][i] }),
  };
}

/** The dense network that a scheme is compared with, if it has a finished run. */
export function denseGroup({ dense, study }: StudyComparison, scheme: string): StudyGroup | null {
  const own = dense.find((group) => group.scheme === scheme);
  return own ?? (study.dense === 'own' ? null : (dense[0] ?? null));
}

/** One scheme at one density. */
export function findEntry({ entries }: StudyComparison, scheme: string, density: number): StudyEntry | undefined {
  return entries.find((entry) => entry.scheme.name === scheme && entry.density === density);
}
