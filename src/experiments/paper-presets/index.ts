import { binaryTask } from './binary-task.js';
import { convPresets } from './conv.js';
import { residualPresets, vggPresets } from './deep.js';
import { learnedMaskPresets } from './learned-masks.js';
import { lenetPresets } from './lenet.js';
import type { Preset } from './preset.js';
import { resnetRewind } from './rewinding.js';

export type { Preset } from './preset.js';

/** Every published experiment that has a name here, with the deviations that its summary says, in the order of lists. */
export const paperPresets: Readonly<Record<string, Preset>> = {
  ...lenetPresets,
  ...convPresets,
  ...residualPresets,
  'resnet20-rewind': resnetRewind,
  ...vggPresets,
  ...learnedMaskPresets,
  'binary-12-tanh': binaryTask,
};
