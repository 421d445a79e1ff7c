import type { SlurmJob } from '../../node/slurm/index.js';
import { shellWord } from '../specification.js';

export interface Leaving {
  /** Folder name of the run or the study. */
  readonly name: string;
  /** The command that joins again. */
  readonly again: string;
  readonly store: string;
  /** Path of the script that was submitted last, if any was. */
  readonly script: string | null;
}

/** What can be done about jobs that go on by themselves. */
export function leavingText({ name, again, store, script }: Leaving): string {
  const place = `--store ${shellWord(store)}`;
  return [
    'The jobs go on by themselves.',
    `  to watch:  lottery status ${name} --watch ${place}`,
    `  to join:   ${again}`,
    ...(script === null ? [] : [`  to add:    sbatch --array=0-3 ${shellWord(script)}`]),
    `  to cancel: lottery cancel ${name} ${place}`,
  ].join('\n');
}

export const cancelledText = (again: string): string =>
  `the jobs were cancelled. What is finished is kept, and checkpoints too; to go on: ${again}`;

/** Why nothing comes of jobs, in Slurm's words and those of the last of them. */
export function stuckText(
  ended: readonly SlurmJob[],
  log: { readonly path: string; readonly lines: readonly string[] } | null,
  again: string,
): string {
  const ways = [...new Set(ended.map(({ state, reason }) => (reason === '' ? state : `${state} (${reason})`)))];
  const said = ways.length === 0 ? '' : ` Slurm says of them: ${ways.join(', ')}.`;
  const end = log === null ? [] : [`The last lines of ${log.path}:`, ...log.lines.map((line) => `  ${line}`)];
  return [
    `three submissions in a row ended before any task was finished.${said}`,
    ...end,
    `When the cause is removed, go on with: ${again}`,
  ].join('\n');
}
