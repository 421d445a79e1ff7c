export { balancedExamples } from './balanced.js';
export { type CatalogueEntry, type CatalogueFile, catalogue, catalogueEntry } from './catalogue.js';
export type { Dataset, ImageSplit } from './dataset.js';
export { datasetDigest } from './digest.js';
export { decodeIdxImages, decodeIdxLabels } from './idx.js';
export { datasetFromNpz, decodeNpz, encodeNpz } from './npz.js';
export { partOf, partSize, type Split, splitIndices } from './split.js';
export { makeStrokes } from './strokes.js';
