import { InputError } from '../../networks/errors.js';
import { slurmSeconds } from './duration.js';
import { fitsDirective, type SlurmSettings } from './settings.js';

/** What a job does when it is stopped while work is left (`lottery work`): it is to be queued again. */
export const STOPPED = 3;

/** Seconds before the time limit at which Slurm warns a job, and the share of a short limit. */
const WARNING = 120;
const WARNING_SHARE = 0.2;

/** Seconds before its time limit at which an array task is warned. */
export function warningBefore({ time }: Pick<SlurmSettings, 'time'>): number {
  const limit = time === undefined ? null : slurmSeconds(time);
  return limit === null ? WARNING : Math.max(1, Math.floor(Math.min(WARNING, limit * WARNING_SHARE)));
}

export interface ScriptRequest {
  /** Of the job. */
  readonly name: string;
  readonly settings: SlurmSettings;
  /** Number of array tasks. */
  readonly tasks: number;
  /** Path of each array task's log; `%A` is the array's number, `%a` the task's. */
  readonly log: string;
  /** The command, a program by its path and its arguments. */
  readonly command: readonly string[];
  /** Variables that the command is to see, whatever the environment of the submission. */
  readonly variables?: Readonly<Record<string, string>>;
}

/**
 * A batch script for sbatch: a job array, each task of which is the same command. The settings' own options of sbatch come first,
 * so that they cannot change what the rest relies on; all but `--requeue`, which a cluster may not allow. A task that stops near its time limit is queued again by its own number,
 * which the array's number would do to all of them; one that was told to end by Slurm is not.
 *
 * @throws InputError when a text can be no value of a directive: a quotation mark, a backslash, a line end
 */
export function batchScript(request: ScriptRequest): string {
  const { name, settings, tasks, log, command, variables = {} } = request;
  const { account, partition, qos, time, cpus, memory, constraint, gres, lines, flags } = settings;
  const directives = [
    '#SBATCH --requeue',
    ...flags.map(flagDirective),
    directive('job-name', name),
    directive('array', tasks === 1 ? '0' : `0-${tasks - 1}`),
    directive('output', log),
    directive('open-mode', 'append'),
    directive('signal', `B:USR1@${warningBefore(settings)}`),
    directive('nodes', '1'),
    directive('ntasks', '1'),
    directive('cpus-per-task', String(cpus)),
    ...Object.entries({ account, partition, qos, time, mem: memory, constraint, gres }).flatMap(([option, value]) =>
      value === undefined ? [] : [directive(option, value)],
    ),
  ];
  const exports = Object.entries(variables).map(([variable, value]) => `export ${variable}=${quoted(value)}`);
  const parts = [
    `#!/bin/bash\n${directives.join('\n')}`,
    announcing,
    [...exports, ...lines].join('\n'),
    `${command.map(quoted).join(' ')} &\n${waiting}`,
    requeueing,
    'exit "$code"',
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

/** The first command, which ends what sbatch reads as directives. */
const announcing = `task="\${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID"
echo "$(date +%FT%T) task $task of $SLURM_JOB_NAME begins on $(hostname)"`;

/** Bash hands no signal on to what it waits for. Node opens a port for debuggers on USR1, where it comes before anyone listens for it. */
const waiting = `worker=$!
told_to_end=
trap 'kill -TERM "$worker" 2>/dev/null' USR1
trap 'told_to_end=1; kill -TERM "$worker" 2>/dev/null' TERM INT
while :; do
  wait "$worker"
  code=$?
  kill -0 "$worker" 2>/dev/null || break
done`;

const requeueing = `if [ "$code" = ${STOPPED} ] && [ -z "$told_to_end" ]; then
  # Where this is refused the task ends, and whoever watches submits anew.
  if scontrol requeue "$task"; then sleep 60; fi
fi`;

function directive(option: string, value: string): string {
  if (fitsDirective(value)) return `#SBATCH --${option}="${value}"`;
  throw new InputError(
    `--${option} of sbatch would be ${JSON.stringify(value)}; expected a text on one line, without quotation marks and backslashes.`,
  );
}

/** `--nice=100`, `-x=node7`, `--exclusive`. */
function flagDirective(flag: string): string {
  const equals = flag.indexOf('=');
  const option = equals < 0 ? flag : flag.slice(0, equals);
  if (!/^--?[A-Za-z][A-Za-z-]*$/.test(option)) throw new InputError(`${JSON.stringify(flag)} is no option of sbatch.`);
  if (equals < 0) return `#SBATCH ${option}`;
  const value = flag.slice(equals + 1);
  if (!fitsDirective(value)) throw new InputError(`${JSON.stringify(flag)} cannot be written into a batch script.`);
  return option.startsWith('--') ? `#SBATCH ${option}="${value}"` : `#SBATCH ${option} "${value}"`;
}

/** A text as one word of bash. */
export function quoted(text: string): string {
  if (text.includes('\0')) throw new InputError(`${JSON.stringify(text)} cannot be an argument of a command.`);
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** A path as part of the pattern of a log's path. */
export const literalPath = (path: string): string => path.replaceAll('%', '%%');
