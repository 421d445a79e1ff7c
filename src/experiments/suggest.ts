/** Edits (insert, delete, replace, swap of neighbours) between two words: the optimal string alignment distance. */
export function editDistance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = rows[i - 1][j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      let best = Math.min(rows[i - 1][j] + 1, row[j - 1] + 1, replaced);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, rows[i - 2][j - 2] + 1);
      row.push(best);
    }
    rows.push(row);
  }
  return rows[a.length][b.length];
}

const plain = (word: string) => word.toLowerCase().replace(/[-_ ]/g, '');

/** The known words nearest to a misspelt one, best first; empty when none is near enough to be meant. */
export function suggestions(given: string, known: readonly string[], limit = 2): string[] {
  const word = plain(given);
  return known
    .map((candidate) => {
      const other = plain(candidate);
      const contained = word.length >= 3 && other.length >= 3 && (other.includes(word) || word.includes(other));
      const distance = editDistance(word, other);
      return {
        candidate,
        distance: contained ? Math.min(distance, 2) : distance,
        reach: Math.max(other.length, word.length),
      };
    })
    .filter(({ distance, reach }) => distance <= Math.max(1, Math.floor(reach * 0.4)))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, limit)
    .map(({ candidate }) => candidate);
}

/** `; did you mean a or b?`, or nothing. */
export function didYouMean(given: string, known: readonly string[]): string {
  const near = suggestions(given, known);
  return near.length === 0 ? '' : `; did you mean ${near.join(' or ')}?`;
}
