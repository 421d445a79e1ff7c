import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';

/** Features that the processor reports, where the system exposes them: Linux does. */
function processorFlags(): string[] {
  try {
    return /^(?:flags|Features)\s*:\s*(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1].split(' ').sort() ?? [];
  } catch {
    return [];
  }
}

/**
 * Names this kind of processor: code compiled for one of the same name runs on it. Virtual machines hide the model, so
 * what it can do is part of the name.
 */
export function processorIdentity(): string {
  const model = cpus()[0]?.model.trim() || 'unknown processor';
  const flags = processorFlags();
  if (flags.length === 0) return model;
  return `${model} (features ${createHash('sha256').update(flags.join(' ')).digest('hex').slice(0, 8)})`;
}

/** The vector units that kernels may use, by their names in the system; empty where it does not say. */
export function vectorUnits(): readonly string[] {
  const known = new Set(['asimd', 'sse4_2', 'avx', 'avx2', 'fma', 'avx512f', 'avx512vl']);
  return processorFlags().filter((name) => known.has(name));
}
