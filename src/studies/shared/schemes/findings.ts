import { formatCount, formatDensity } from '../../../analysis/format.js';
import { compareStudy, type StudyComparison } from './compare.js';
import { initialisationFindings, schemeFindings } from './control-findings.js';
import type { MeasuredStudy } from './found.js';
import { frontierFindings } from './frontier-findings.js';

/** What a study found, in plain sentences with intervals; what is undecided is said to be. */
export function studyFindings(study: MeasuredStudy, comparison: StudyComparison = compareStudy(study)): string[] {
  if (study.points.length === 0) return ['No training has finished yet.'];
  const findings =
    study.kind === 'frontier'
      ? frontierFindings(study, comparison)
      : study.kind === 'schemes'
        ? schemeFindings(study, comparison)
        : initialisationFindings(study, comparison);
  return findings.length > 0 ? findings : ['Too little has finished yet to compare anything.'];
}

/** How much of a study is finished, what diverged and is in no mean, and which means are over fewer trials than planned. */
export function studyCompleteness(study: MeasuredStudy, comparison: StudyComparison = compareStudy(study)): string[] {
  const title = (name: string) => study.schemes.find((scheme) => scheme.name === name)!.title;
  const { diverged } = comparison;
  const which = diverged.map(
    ({ scheme, condition, density, trial, draw }) =>
      `${title(scheme)}, ${condition === 'dense' ? 'dense' : `${condition} at ${formatDensity(density)}%`}, trial ${trial + 1}${draw > 0 ? `, draw ${draw + 1}` : ''}`,
  );
  const names = comparison.entries.flatMap(({ scheme, density, ticket, controls }) => {
    const present = [{ condition: 'ticket', trials: ticket?.trials ?? 0 }, ...controls];
    return present
      .filter(({ trials }) => trials < study.trials)
      .map(
        ({ condition, trials }) =>
          `${scheme.title}, ${condition} at ${formatDensity(density)}% (${trials} of ${study.trials})`,
      );
  });
  const dense = comparison.dense
    .filter(({ trials }) => trials < study.trials)
    .map(({ scheme, trials }) => `${title(scheme)}, dense (${trials} of ${study.trials})`);
  const lacking = [...dense, ...names];
  return [
    `${study.points.length} of ${formatCount(study.planned, 'training')} ${study.planned === 1 ? 'is' : 'are'} finished.`,
    diverged.length === 0
      ? 'None diverged; every finished training is in its mean.'
      : `${diverged.length} diverged and ${diverged.length === 1 ? 'is' : 'are'} in no mean: ${which.join('; ')}.`,
    ...(lacking.length === 0 ? [] : [`Trials not finished: ${lacking.join('; ')}.`]),
  ];
}
