import { cpus } from 'node:os';
import type { Machine } from '../experiments/records.js';
import { packageVersion } from '../node/version.js';

/** Where records were made. Nothing here enters a digest. */
export function machine(): Machine {
  return {
    version: packageVersion,
    engine: `Node ${process.versions.node}`,
    platform: `${process.platform} ${process.arch}`,
    processor: cpus()[0]?.model.trim() || 'unknown',
  };
}
