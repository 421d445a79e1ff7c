import type { Comparison, LevelComparison } from '../comparison.js';
import { formatDensity } from '../format.js';
import type { Statement } from './claim.js';

/** "80.0% to 26.3%, 16.9%": neighbours of one list run together. */
function densityRanges(all: readonly LevelComparison[], some: readonly LevelComparison[]): string {
  const places = some.map((level) => all.indexOf(level));
  const starts = places.filter((place) => !places.includes(place - 1));
  const name = (place: number) => `${formatDensity(all[place].density)}%`;
  return starts
    .map((start) => {
      let end = start;
      while (places.includes(end + 1)) end++;
      return end === start ? name(start) : `${name(start)} to ${name(end)}`;
    })
    .join(', ');
}

/** Frankle and Carbin's definition of a winning ticket, over the levels. */
export function winning(comparison: Comparison): Statement | null {
  const judged = comparison.levels.filter((level) => level.winning !== null);
  if (judged.length === 0) return null;
  const winners = judged.filter((level) => level.winning!.byMeans);
  const all = judged.filter((level) => level.winning!.trials === level.winning!.of);
  const list = (levels: readonly LevelComparison[]) => densityRanges(judged, levels);
  const definition = 'test accuracy at early stop not lower than the dense network\u2019s, early stop not later';
  return {
    id: 'winning-levels',
    claim: 'There are winning tickets',
    outcome: null,
    reason: null,
    holmP: null,
    sentence:
      winners.length === 0
        ? `By means over trials no level holds a winning ticket (${definition}).`
        : `By means over trials the tickets at ${list(winners)} are winning tickets (${definition}); ${all.length === 0 ? 'at no level' : `at ${list(all)}`} in every single trial.`,
    level: null,
    density: null,
    numbers: null,
  };
}
