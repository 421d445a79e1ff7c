/**
 * Lottery Lab: train a network, prune it, rewind it, train the ticket and its controls, and ask with honest statistics
 * whether the ticket won. Nothing here needs Node: all of it runs unchanged in a browser. Files, threads and downloads
 * are in `lottery-lab/node`.
 */

export * from './analysis/index.js';
export * from './data/index.js';
export * from './experiments/index.js';
export * from './figures/index.js';
export * from './kernels/index.js';
export * from './laboratory/index.js';
export * from './networks/index.js';
export * from './random/philox.js';
export * from './random/stream.js';
export * from './studies/index.js';
export * from './tickets/index.js';
export * from './training/index.js';
