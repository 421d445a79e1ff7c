import { cpus } from 'node:os';

/** Where a run is made, for its provenance. Nothing here enters a digest. */
export function machine(): { node: string; platform: string; processor: string } {
  return {
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    processor: cpus()[0]?.model.trim() || 'unknown',
  };
}
