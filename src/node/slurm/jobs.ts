import { randomBytes } from 'node:crypto';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { openSealed, seal } from '../../experiments/files/sealed-json.js';
import { layout } from '../store/layout.js';
import { makeFolder } from '../store/make-folder.js';
import { replaceFile } from '../store/replace-file.js';
import { storeTrouble } from '../store/trouble.js';

/**
 * What was submitted for a run or a study: `slurm/<record>/<name of the job>.json` in its store, beside the script of the same
 * name. A file is written before sbatch is called, so that a job whose number was never learned is known by its name; each
 * submission has a file of its own, so that none is lost where two processes submit at once.
 */

export interface Submission {
  /** Of the job, of which there is no other on the cluster: by it a job is found whose number is not known. */
  readonly name: string;
  /** Number of the job; null where sbatch did not say, or the file cannot be read. */
  readonly job: string | null;
  /** Array tasks asked for; null where the file cannot be read. */
  readonly tasks: number | null;
  /** ISO 8601, UTC; null where the file cannot be read. */
  readonly submitted: string | null;
  /** Whether somebody ended it by `lottery cancel`. */
  readonly isCancelled: boolean;
}

const FORMAT = 1;

const schema = z.object({
  job: z.string().regex(/^\d+$/).nullable(),
  tasks: z.int().min(1),
  submitted: z.string(),
  isCancelled: z.boolean(),
});

/** The jobs of one run or study of a store. */
export class SlurmJobs {
  /** Folder of scripts, logs and submissions. */
  readonly folder: string;
  readonly #store: string;
  readonly #record: string;

  /**
   * @param store its folder
   * @param record folder name of the run or the study
   * @throws InputError when that name could lead out of the store
   */
  constructor(store: string, record: string) {
    this.folder = layout.slurm(store, record);
    this.#store = store;
    this.#record = record;
  }

  /** A name for a job, which no other has. */
  newName(): string {
    return `lottery-${this.#record}-${randomBytes(4).toString('hex')}`;
  }

  scriptOf(name: string): string {
    return join(this.folder, `${name}.sh`);
  }

  /** What was submitted so far, by name. */
  async list(): Promise<Submission[]> {
    let names: string[];
    try {
      names = await readdir(this.folder);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw storeTrouble(error, `cannot read ${this.folder}`);
    }
    const start = `lottery-${this.#record}-`;
    const own = names.filter((file) => file.startsWith(start) && file.endsWith('.json')).sort();
    return Promise.all(own.map((file) => this.#read(file.slice(0, -'.json'.length))));
  }

  async #read(name: string): Promise<Submission> {
    const bytes = await readFile(join(this.folder, `${name}.json`)).catch(() => new Uint8Array());
    const opened = openSealed(bytes, { known: FORMAT, sealedFrom: FORMAT });
    const parsed = schema.safeParse('fields' in opened ? opened.fields : null);
    // Its name, which is all that is needed to find the job, stands in the file's.
    return parsed.success
      ? { name, ...parsed.data }
      : { name, job: null, tasks: null, submitted: null, isCancelled: false };
  }

  /** Keeps the script of a submission. */
  async writeScript(name: string, script: string): Promise<void> {
    await this.#write(this.scriptOf(name), script);
  }

  async write(submission: Submission): Promise<void> {
    await this.#write(join(this.folder, `${submission.name}.json`), seal({ format: FORMAT, ...submission }));
  }

  /** Notes that a submission is not wanted any more, so that whoever watches over it submits none in its place. */
  async cancel(submission: Submission): Promise<void> {
    const { tasks, submitted, ...rest } = submission;
    await this.write({
      ...rest,
      tasks: tasks ?? 1,
      submitted: submitted ?? new Date().toISOString(),
      isCancelled: true,
    });
  }

  /** Forgets a submission that certainly came to nothing. */
  async drop(name: string): Promise<void> {
    await rm(join(this.folder, `${name}.json`), { force: true });
    await rm(this.scriptOf(name), { force: true });
  }

  /** The last lines of the log that was written to last; null where there is none. */
  async lastLog(lines: number): Promise<{ readonly path: string; readonly lines: readonly string[] } | null> {
    const names = await readdir(this.folder).catch(() => []);
    const path = names
      .flatMap((name) => {
        const [, job, task] = /^(\d+)_(\d+)\.log$/.exec(name) ?? [];
        return job === undefined ? [] : [{ name, job: Number(job), task: Number(task) }];
      })
      .sort((a, b) => b.job - a.job || a.task - b.task)
      .map(({ name }) => join(this.folder, name))[0];
    if (path === undefined) return null;
    const said = (await readFile(path, 'utf8').catch(() => '')).trimEnd().split('\n');
    return { path, lines: said.slice(-lines) };
  }

  async #write(path: string, content: string | Uint8Array): Promise<void> {
    try {
      await makeFolder(this.folder);
      await makeFolder(layout.aside(this.#store));
      await replaceFile(path, content, layout.aside(this.#store));
    } catch (error) {
      throw storeTrouble(error, `cannot write to ${this.folder}`);
    }
  }
}
