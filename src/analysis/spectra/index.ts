export { type Curvature, type CurvatureChoices, curvatureAt } from './curvature.js';
export { addGram, symmetricEigenvalues } from './gram.js';
export { hutchinson, type TraceEstimate } from './hutchinson.js';
export { lanczos, type RitzValue, type SymmetricProduct } from './lanczos.js';
export { type Survivors, survivorsOf } from './survivors.js';
export { type TangentKernel, tangentKernel } from './tangent-kernel.js';
