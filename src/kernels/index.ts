/** The kernels and their memory, the builder of step programs, and labelled streams of random numbers (Philox4x32-10). */

export * from '../random/index.js';
export { ARITHMETIC_VERSION } from './arithmetic.js';
export { type KernelExports, Kernels, type Sampler } from './kernels.js';
export { type HelperPost, helpKernels, loadKernels, loadSharedKernels } from './load.js';
export { type OperationName, Program, ProgramBuilder, type ProgramLine } from './program.js';
export { stateLayout } from './state.js';
