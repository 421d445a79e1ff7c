import { formatCount, formatDensity } from '../../../analysis/format.js';
import type { Finding } from '../finding.js';
import type { StudyComparison } from './compare.js';
import type { MeasuredStudy } from './found.js';

/** Sentences as findings that describe; what there is to say while too little has finished for any. */
export function describing({ points }: MeasuredStudy, sentences: () => readonly string[]): Finding[] {
  const texts = points.length === 0 ? ['No training has finished yet.'] : sentences();
  return (texts.length > 0 ? texts : ['Too little has finished yet to compare anything.']).map((text) => ({
    outcome: null,
    text,
  }));
}

/** Which runs diverged and are excluded from every mean, and which means are over fewer trials than planned. */
export function schemeNotes({ study, ...comparison }: StudyComparison): string[] {
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
  const untrained = comparison.entries.flatMap(({ scheme, density }) => {
    const own = study.points.filter(
      (point) => point.scheme === scheme.name && point.condition === 'ticket' && point.density === density,
    );
    const count = own.filter((point) => point.untrained).length;
    return count === 0 ? [] : [`${scheme.title} at ${formatDensity(density)}% (${count} of ${own.length})`];
  });
  const lacking = [...dense, ...names];
  return [
    `${study.points.length} of ${formatCount(study.planned, 'training')} that are shown ${study.planned === 1 ? 'is' : 'are'} finished.`,
    diverged.length === 0
      ? 'None diverged; every finished training is in its mean.'
      : `${diverged.length} diverged and ${diverged.length === 1 ? 'is' : 'are'} in no mean: ${which.join('; ')}.`,
    ...(untrained.length === 0
      ? []
      : [
          `The mask had not settled when training ended, so that it was pruned to it and not trained any further: ${untrained.join('; ')}. Its accuracy there is of a network that nothing has trained since it was pruned.`,
        ]),
    ...(lacking.length === 0 ? [] : [`Trials not finished: ${lacking.join('; ')}.`]),
  ];
}
