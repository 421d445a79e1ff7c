import { parentsOf } from '../experiments/cell-specification.js';
import type { Store } from '../experiments/full-store.js';
import type { RecordName } from '../experiments/record-store.js';
import type { RunRecord, StudyRecord } from '../experiments/records.js';
import type { RunResults } from '../experiments/results.js';
import type { CellSummary } from '../experiments/store.js';
import { presentTasks, type Task } from '../experiments/tasks/index.js';
import { InputError } from '../networks/errors.js';
import { studyNamed } from '../studies/registry.js';
import type { AnyStudy, StudyOutcome, StudyReport } from '../studies/study.js';
import type { History } from '../training/types.js';
import { Overseer, type StoreOverview } from './overview.js';
import { type Basis, RecentResults } from './recent-results.js';
import { runResults } from './run-results.js';
import { studyResults } from './study-results.js';

/** A study as it is shown: what it found, and what it says of that. */
export interface StudyView {
  readonly title: string;
  readonly outcome: StudyOutcome<unknown>;
  readonly report: StudyReport;
}

/** A task of a record in a list. */
export interface TaskLine extends Pick<Task, 'id' | 'kind' | 'label' | 'parents'> {
  readonly isFinished: boolean;
}

/** A finished cell as it is shown. */
export interface CellView {
  readonly summary: CellSummary;
  readonly history: History;
  /** Cells that it is made from, those whose own parents are furthest back first: its mask and its start come from them. */
  readonly ancestors: readonly CellSummary[];
}

/**
 * What people see of a store: plain data, so that it can be asked for over a connection. All methods throw an InputError with what to
 * say where something is absent or cannot be read.
 */
export interface StoreView {
  /** Where it is, for people: a folder, or `this browser`. */
  readonly place: string;
  overview(): Promise<StoreOverview>;
  /** What a run found so far. */
  run(name: string): Promise<RunResults>;
  /** What a study found so far. */
  study(name: string): Promise<StudyView>;
  /** Everything that a record consists of, parents first. */
  tasks(record: RecordName): Promise<readonly TaskLine[]>;
  cell(id: string): Promise<CellView>;
}

/** A store at hand, as people see it. */
export class ViewOfStore implements StoreView {
  readonly place: string;
  readonly #store: Store;
  readonly #overseer: Overseer;
  readonly #recent = new RecentResults();

  constructor(store: Store, place: string) {
    this.#store = store;
    this.place = place;
    this.#overseer = new Overseer(store);
  }

  overview(): Promise<StoreOverview> {
    return this.#overseer.look();
  }

  async run(name: string): Promise<RunResults> {
    const record = await this.#store.readRun(name);
    if (record === null) throw new InputError(`there is no run called ${name}.`);
    return this.#recent.get(`run ${name}`, await this.#basis(record, { kind: 'run', name }), () =>
      runResults(record, this.#store),
    );
  }

  async study(name: string): Promise<StudyView> {
    const record = await this.#store.readStudy(name);
    if (record === null) throw new InputError(`there is no study called ${name}.`);
    return this.#recent.get(`study ${name}`, await this.#basis(record, { kind: 'study', name }), async () => {
      const outcome = await studyResults(record, this.#store);
      // A record of a study that there is not has been refused by now.
      const study = studyNamed(record.study) as AnyStudy;
      return { title: study.title, outcome, report: study.report(outcome) };
    });
  }

  async #basis({ finished }: RunRecord | StudyRecord, named: RecordName): Promise<Basis> {
    const { tasks } = await this.#overseer.planned(named);
    return { finished, present: await presentTasks(tasks, this.#store) };
  }

  async tasks(named: RecordName): Promise<readonly TaskLine[]> {
    const { tasks } = await this.#overseer.planned(named);
    const present = await presentTasks(tasks, this.#store);
    return tasks.map(({ id, kind, label, parents }) => ({ id, kind, label, parents, isFinished: present.has(id) }));
  }

  async cell(id: string): Promise<CellView> {
    if (!(await this.#store.has(id))) throw new InputError(`there is no finished cell ${id}.`);
    const [summary, history] = await Promise.all([this.#store.readSummary(id), this.#store.readHistory(id)]);
    return { summary, history, ancestors: await this.#ancestorsOf(summary) };
  }

  async #ancestorsOf(summary: CellSummary): Promise<CellSummary[]> {
    const found = new Map<string, CellSummary>();
    const visit = async ({ specification }: CellSummary): Promise<void> => {
      for (const id of parentsOf(specification)) {
        // An ancestor may have been removed, or come from another store: what is made from it stands without it.
        if (found.has(id) || !(await this.#store.has(id))) continue;
        const parent = await this.#store.readSummary(id);
        await visit(parent);
        found.set(id, parent);
      }
    };
    await visit(summary);
    return [...found.values()];
  }
}
