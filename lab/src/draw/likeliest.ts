/** The class that a network finds likeliest; -1 of a network that has diverged. */
export const likeliest = (probabilities: readonly number[]): number =>
  probabilities.some(Number.isNaN) ? -1 : probabilities.indexOf(Math.max(...probabilities));
