/** Networks up to the order of their hidden units. */

export { type BestAssignment, bestAssignment } from './assignment.js';
export { type Matchable, type Matching, matchableTensors, matchChannels } from './matching.js';
export {
  drawPermutations,
  inversePermutations,
  type Permutations,
  permuteMask,
  permuteTensors,
} from './permutations.js';
export { dealtTensors, rewiredMask, type ShuffleName, shuffleNames, shuffles } from './shuffles.js';
