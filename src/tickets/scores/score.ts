/**
 * How much a weight matters: the lowest scores are pruned first. A score is a pure function of one tensor's trained
 * values, a value a weight.
 */
export type Score = (trained: Float32Array) => Float32Array;
