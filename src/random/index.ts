export { philox4x32 } from './philox.js';
export { deriveSeed, labelHash, MAX_SEED, permutation, type Stream, StreamReader, shuffle, stream } from './stream.js';
