/** Data sets in memory: files decoded, arrays read, splits, digests, and the catalogue of data sets to download. */

export { balancedExamples } from './balanced.js';
export { BINARY_TEST, BINARY_TRAIN, binaryFunction, makeBinary12 } from './binary-12.js';
export { type BuiltInRequest, builtIn, builtInNames } from './built-in.js';
export { type CatalogueEntry, type CatalogueFile, catalogue, catalogueEntry } from './catalogue.js';
export type { DataChoices } from './choices.js';
export type { Dataset, ImageSplit } from './dataset.js';
export { datasetDigest } from './digest.js';
export { firstExamples } from './first-examples.js';
export { checkPromise } from './formats/deflate.js';
export { decodeIdxImages, decodeIdxLabels } from './formats/idx.js';
export { decodeNpz, encodeNpz } from './formats/npz.js';
export { datasetFromIdx, type IdxRole, type IdxSource } from './from-idx.js';
export { datasetFromNpz } from './from-npz.js';
export { ownSplit, partOf, partSize, type Split, splitIndices } from './split.js';
export { makeStrokes } from './strokes/index.js';
export { unitLength } from './unit-length.js';
