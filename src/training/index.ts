/** Training: schedules, the training loop and its checkpoints, evaluation, and masks that change while training. */

export { Activations, type ActivationsPlan, type ExamplePlaces, type SeenLayer, WIDEST_MAP } from './activations.js';
export type { Checkpoint, CheckpointKeeper, KeptWeights, PackedWeights } from './checkpoint.js';
export type { Evaluation } from './evaluation.js';
export { Evaluator, type EvaluatorPlan, type ExampleSet } from './evaluator.js';
export type { EvolutionState, MaskChange, MaskEvolution, MaskMoment } from './evolution.js';
export { constantRate, learningRateAt, learningRates } from './schedule.js';
export { TrainingAborted, train } from './train.js';
export { Trainer } from './trainer.js';
export type * from './types.js';
export { flopsOf } from './work.js';
