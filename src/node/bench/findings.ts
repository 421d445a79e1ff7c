import { engineNames, networkNames } from './cases.js';
import { type Comparison, comparisons } from './ratios.js';
import { isDisturbed, quietOf, type Results } from './results.js';
import { ratioText } from './statistics.js';

/** Two quiet runs of one machine agree within this share on every ratio, and a ratio closer to one is no difference. */
export const AGREEMENT = 0.05;

export interface Findings {
  /** What disturbed the run, in one paragraph; null in a quiet one. Where it is not null, there are no findings. */
  readonly disturbed: string | null;
  readonly peerFaster: readonly Comparison[];
  readonly alike: readonly Comparison[];
  readonly ownFaster: readonly Comparison[];
}

/** What a run shows. A disturbed one shows nothing. */
export function findingsOf(results: Results): Findings {
  if (isDisturbed(results)) {
    return { disturbed: disturbanceText(results), peerFaster: [], alike: [], ownFaster: [] };
  }
  const all = comparisons(results);
  const least = 1 - AGREEMENT;
  const most = 1 + AGREEMENT;
  return {
    disturbed: null,
    peerFaster: all.filter(({ value }) => value > most),
    alike: all.filter(({ value }) => value >= least && value <= most),
    ownFaster: all.filter(({ value }) => value < least),
  };
}

const percentText = (share: number) => `${(100 * share).toFixed(share < 0.1 ? 1 : 0)}%`;

/** How quiet the machine was, in numbers. */
export function quietText(results: Results): string {
  const { rounds, takenRounds, blocks, takenAgain, others, steal } = quietOf(results);
  const { before, after } = results.load;
  return [
    `${takenRounds} rounds were taken for ${rounds}, ${takenAgain} of ${blocks} blocks were taken again`,
    `other programs used up to ${others.toFixed(2)} cores during a round, and up to ${percentText(steal)} of our time was stolen`,
    `the load average was ${before.toFixed(1)} before and ${after.toFixed(1)} after`,
  ].join('; ');
}

/** Why a run states no finding. */
function disturbanceText(results: Results): string {
  const { rounds, disturbedRounds } = quietOf(results);
  const sections = new Set(results.quiet.filter((one) => one.disturbedRounds > 0).map(({ section }) => section));
  return (
    `This run was disturbed: in ${disturbedRounds} of ${rounds} rounds (${[...sections].join(', ')}) something else ran on the machine, ` +
    `also after they had been taken again. Its times are shown, but no ratio of this run is a finding, and none is stated. ` +
    `In numbers: ${quietText(results)}.`
  );
}

const densityText = (density: number) => (density === 1 ? 'dense' : `at density ${density}`);

/**
 * A sentence for each network, engine of ours and peer: "Conv-2: Lottery Lab, native takes of PyTorch's time for a dense step
 * 0.88 (0.87 to 0.90) dense, 0.21 (0.20 to 0.21) at density 0.1".
 */
export function sentencesOf(found: readonly Comparison[]): string[] {
  const sentences = new Map<string, string[]>();
  for (const { network, own, peer, density, value, low, high } of found) {
    const subject = `${networkNames[network]}: ${engineNames[own]} takes of ${peer}'s time for a dense step`;
    const ratio = `${ratioText(value)} (${ratioText(low)} to ${ratioText(high)}) ${densityText(density)}`;
    sentences.set(subject, [...(sentences.get(subject) ?? []), ratio]);
  }
  return [...sentences].map(([subject, ratios]) => `${subject} ${ratios.join(', ')}`);
}
