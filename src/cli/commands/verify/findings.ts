import { formatCount } from '../../../analysis/format.js';
import type { Task } from '../../../experiments/tasks/index.js';
import type { TaskCounts, VerifyOutcome } from '../../../experiments/verify.js';
import type { Recorded } from '../../../laboratory/index.js';
import type { Inspected } from '../../../node/store/index.js';
import type { Paint } from '../../terminal.js';

type Counts = { -readonly [Kind in keyof TaskCounts]: number };

/** What a verification found: how much was checked, how much was not, and what is wrong. */
export class Findings {
  readonly #records: Recorded[] = [];
  /** Each once, however many runs share it. */
  readonly #checked: Record<Task['kind'], Set<string>> = { cell: new Set(), measurement: new Set() };
  readonly #absent: Counts = { cell: 0, measurement: 0 };
  readonly #problems = new Set<string>();
  readonly #unchecked = new Set<string>();
  readonly #digests: { readonly run: string; readonly digest: string }[] = [];
  readonly #refused: { readonly id: string; readonly reason: string }[] = [];
  readonly #reports = new Set<string>();
  #checkpoints = 0;
  #replayed = 0;

  get problems(): readonly string[] {
    return [...this.#problems];
  }

  wrong(problem: string): void {
    this.#problems.add(problem);
  }

  unchecked(what: string): void {
    this.#unchecked.add(what);
  }

  record(recorded: Recorded): void {
    this.#records.push(recorded);
    for (const problem of recorded.problems) this.wrong(problem);
  }

  /** A task whose result was read whole. */
  checked({ kind, id }: Task): void {
    this.#checked[kind].add(id);
  }

  tasks({ absent, replayed, refused, problems }: VerifyOutcome): void {
    this.#absent.cell += absent.cell;
    this.#absent.measurement += absent.measurement;
    this.#replayed += replayed;
    for (const { task, reason } of refused) this.#refused.push({ id: task.id, reason });
    for (const problem of problems) this.wrong(problem);
  }

  digest(run: string, digest: string): void {
    this.#digests.push({ run, digest });
  }

  /** @param problems of a run's or a study's report and figures; null where they have not been written by this version */
  report(name: string, problems: readonly string[] | null): void {
    if (problems === null) this.unchecked(`report and figures of ${name}, which have no checksums, or are not there`);
    else {
      this.#reports.add(name);
      for (const problem of problems) this.wrong(problem);
    }
  }

  /** Something in the store, whether a run or a study has it or not. */
  inspected({ kind, name, problems, unchecked }: Inspected): void {
    for (const problem of problems) this.wrong(problem);
    if (kind === 'cell' || kind === 'measurement') this.#checked[kind].add(name);
    if (kind === 'checkpoint') this.#checkpoints++;
    if (unchecked !== undefined) this.unchecked(unchecked);
  }

  /** Whether something was checked as part of a run or a study. */
  hasChecked(kind: Inspected['kind'], name: string): boolean {
    if (kind === 'cell' || kind === 'measurement') return this.#checked[kind].has(name);
    // Damaged records too: what is wrong with them is noted.
    return kind === 'run' || kind === 'study' || kind === 'report';
  }

  text(paint: Paint): string {
    const cells = this.#checked.cell.size;
    const measurements = this.#checked.measurement.size;
    const parts = [
      ...(cells > 0 ? [formatCount(cells, 'cell')] : []),
      ...(measurements > 0 ? [formatCount(measurements, 'measurement')] : []),
      ...(this.#checkpoints > 0 ? [formatCount(this.#checkpoints, 'checkpoint')] : []),
      ...(this.#records.length > 0
        ? [
            `${formatCount(this.#records.length, 'record')} against the plan of ${this.#records.length === 1 ? 'its' : 'their'} settings`,
          ]
        : []),
    ];
    if (this.#reports.size > 0) parts.push(formatCount(this.#reports.size, 'report'));
    const again = this.#replayed > 0 ? `; ${this.#replayed} made again` : '';
    const lines = [parts.length === 0 ? 'Nothing was checked.' : `Checked ${listed(parts)}${again}.`];
    const absent = [
      ...(this.#absent.cell > 0 ? [`${formatCount(this.#absent.cell, 'cell')} not trained yet`] : []),
      ...(this.#absent.measurement > 0 ? [`${formatCount(this.#absent.measurement, 'measurement')} not made yet`] : []),
      ...(this.#refused.length > 0
        ? [`${formatCount(this.#refused.length, 'cell')} whose score is code: not made again without --allow-code`]
        : []),
    ];
    const isAny = cells + measurements + this.#checkpoints > 0;
    if (this.#problems.size > 0) lines.push(paint('red', `${formatCount(this.#problems.size, 'problem')}.`));
    else if (isAny) lines.push(paint('green', 'All that was checked matches.'));
    const unchecked = [...absent, ...this.#unchecked];
    if (unchecked.length > 0) lines.push(`Not checked: ${unchecked.join('; ')}.`);
    for (const { digest } of this.#digests) lines.push(`Digest of the run: ${digest}`);
    return lines.join('\n');
  }

  json(): object {
    return {
      records: this.#records.map(({ kind, name }) => ({ kind, name })),
      checked: {
        cells: this.#checked.cell.size,
        measurements: this.#checked.measurement.size,
        checkpoints: this.#checkpoints,
        reports: this.#reports.size,
      },
      absent: { cells: this.#absent.cell, measurements: this.#absent.measurement },
      replayed: this.#replayed,
      notReplayed: this.#refused,
      unchecked: [...this.#unchecked],
      problems: this.problems,
      digests: this.#digests,
    };
  }
}

const listed = (parts: readonly string[]): string =>
  parts.length < 2 ? (parts[0] ?? '') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
