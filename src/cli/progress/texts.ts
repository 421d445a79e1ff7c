import { formatCount } from '../../analysis/format.js';
import type { MendedDamage, Task, TaskEvent, TaskProgress, TasksOutcome } from '../../experiments/tasks/index.js';
import { printable } from '../../networks/printable.js';
import { grouped } from '../terminal.js';

/** The text of an error for display. */
export function errorText(error: unknown): string {
  return printable(error instanceof Error ? error.message : String(error));
}

/** `66 cells, 12 in the store already, 54 to train.`; `60 measurements to make.` */
function plannedLine(total: number, present: number, what: string, verb: string): string {
  const all = formatCount(total, what);
  if (present === 0) return `${all} to ${verb}.`;
  if (present === total) return `${all}, all in the store already.`;
  return `${all}, ${present} in the store already, ${total - present} to ${verb}.`;
}

/** The work to do, one line per kind of task. */
export function plannedText(tasks: readonly Task[], present: ReadonlySet<string>): string {
  const line = (kind: Task['kind'], what: string, verb: string): string[] => {
    const own = tasks.filter((task) => task.kind === kind);
    if (own.length === 0) return [];
    return [plannedLine(own.length, own.filter(({ id }) => present.has(id)).length, what, verb)];
  };
  const lines = [...line('cell', 'cell', 'train'), ...line('measurement', 'measurement', 'make')];
  return lines.length === 0 ? 'Nothing to do.' : lines.join('\n');
}

/** `12 of 69 cells and 3 of 40 measurements`. */
export function finishedText(tasks: readonly Task[], { executed, found, present }: TasksOutcome): string {
  const finished = [...executed, ...found, ...present];
  const part = (kind: Task['kind'], what: string): string[] => {
    const all = tasks.filter((task) => task.kind === kind).length;
    if (all === 0) return [];
    return [`${finished.filter((task) => task.kind === kind).length} of ${formatCount(all, what)}`];
  };
  return [...part('cell', 'cell'), ...part('measurement', 'measurement')].join(' and ');
}

/** Reports layer collapse once: where one ticket has it many do, and the report counts them. */
export class Collapses {
  #isSaid = false;

  /** What to say of the layers of a cell that have no weight left; null when there is nothing new. */
  textOf({ label }: Task, layers: readonly string[]): string | null {
    if (layers.length === 0 || this.#isSaid) return null;
    this.#isSaid = true;
    return `layer collapse: ${label}: no weight is left in ${layers.join(', ')}; others are counted in the report`;
  }
}

/** What was damaged, and what becomes of it. */
export function damageText({ message, place }: MendedDamage): string {
  return printable(`damaged: ${message}${place === null ? '' : ` It is moved to ${place}, and made again.`}`);
}

/** What went wrong with a task, with its seed, its name and the command to repeat it. */
export function troubleText(
  event: Extract<TaskEvent, { kind: 'failed' | 'blocked' }>,
  replayCommand: (task: Task) => string,
): string {
  const { task } = event;
  if (event.kind === 'blocked') return `not run: ${task.label}: ${event.reason}`;
  const seed = task.kind === 'cell' ? `, initialisation seed ${task.cell.specification.initialisation.seed}` : '';
  return [
    `failed: ${task.label}: ${errorText(event.error)}`,
    `  ${task.kind} ${task.id}${seed}`,
    `  again: ${replayCommand(task)}`,
  ].join('\n');
}

/** Milliseconds between two lines that say what is waited for. */
const WAITING_EVERY = 60_000;

/** What other processes that share the store have to do with the tasks. */
export class Sharing {
  #last = Number.NEGATIVE_INFINITY;

  /** What to say; null when there is nothing new. */
  textOf(event: Extract<TaskEvent, { kind: 'lost' | 'waiting' }>, now: number): string | null {
    if (event.kind === 'lost') {
      return `${event.task.label}: given up, since this process gave no sign of life for too long; another one may go on with it`;
    }
    if (now - this.#last < WAITING_EVERY) return null;
    this.#last = now;
    return `Waiting for ${formatCount(event.tasks, 'task')} that other processes work on (lottery status shows them).`;
  }
}

/** Reports once that a cell resumes from a checkpoint. */
export class Resumptions {
  readonly #said = new Set<string>();

  /** What to say of a task's progress; null when there is nothing new. */
  textOf({ id, label }: Task, progress: TaskProgress): string | null {
    if (progress.kind !== 'cell') return null;
    const { resumedAt, firstIteration, iterations } = progress;
    if (resumedAt === firstIteration || this.#said.has(id)) return null;
    this.#said.add(id);
    return `${label}: resumes at iteration ${grouped(resumedAt)} of ${grouped(iterations)}`;
  }
}

/** Which tasks are missing, and why. */
export function lossText({ failed, blocked, diverged }: TasksOutcome, tasks: readonly Task[]): string {
  const counts = (kind: Task['kind'], what: string): string[] => {
    const of = <Entry>(entries: readonly Entry[], taskOf: (entry: Entry) => Task) =>
      entries.filter((entry) => taskOf(entry).kind === kind).length;
    const total = formatCount(tasks.filter((task) => task.kind === kind).length, what);
    const broken = of(failed, ({ task }) => task);
    const stuck = of(blocked, ({ task }) => task);
    const lost = of(diverged, (task) => task);
    return [
      ...(broken > 0 ? [`${broken} of ${total} failed`] : []),
      ...(lost > 0 ? [`${lost} of ${total} diverged`] : []),
      ...(stuck > 0
        ? [
            `${stuck} of ${total} could not be ${kind === 'cell' ? 'trained' : 'made'} because ${stuck === 1 ? 'cells it needs' : 'cells they need'} are missing`,
          ]
        : []),
    ];
  };
  const causes = [...counts('cell', 'cell'), ...counts('measurement', 'measurement')];
  const lines = failed.slice(0, 10).map(({ task, error }) => `  ${task.label}: ${errorText(error)}`);
  if (failed.length > lines.length) lines.push(`  and ${failed.length - lines.length} more`);
  return [`${causes.join(', ')}${lines.length > 0 ? ':' : '.'}`, ...lines].join('\n');
}
