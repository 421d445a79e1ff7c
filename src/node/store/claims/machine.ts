import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

const textOf = (read: () => string): string => {
  try {
    return read().trim();
  } catch {
    return '';
  }
};

let known: string | undefined;

/**
 * Processes of one machine, and of one container on it, that see each other by their numbers: the same text for all of them,
 * another for everyone else, whatever machines are called.
 */
export function thisMachine(): string {
  known ??= createHash('sha256')
    .update(
      [
        hostname(),
        textOf(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8')),
        textOf(() => readlinkSync('/proc/self/ns/pid')),
      ].join('\n'),
    )
    .digest('hex')
    .slice(0, 16);
  return known;
}

/**
 * When a process of this machine started, as Linux counts: another process of the same number has another. Empty where the system does
 * not say, and where the process has ended and only its parent has not noticed.
 */
export function processStart(pid: number): string {
  // The name of the program, in parentheses, may hold anything; after it come the state and, twentieth, the start.
  const text = textOf(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' ? '' : (fields[19] ?? '');
}
