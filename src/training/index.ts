export type { Checkpoint, CheckpointKeeper, KeptWeights, PackedWeights } from './checkpoint.js';
export type { EvolutionState, MaskChange, MaskEvolution, MaskMoment } from './evolution.js';
export { constantRate, learningRateAt, learningRates } from './schedule.js';
export { TrainingAborted, train } from './train.js';
export { type Evaluation, Trainer } from './trainer.js';
export type * from './types.js';
export { flopsOf } from './work.js';
