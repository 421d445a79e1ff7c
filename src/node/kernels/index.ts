export { chooseKernels, type KernelChoice, loadChosenKernels } from './choose.js';
export { findNative, findPackaged, type NativeBuild, type NativeState } from './native.js';
export { processorIdentity, vectorUnits } from './processor.js';
