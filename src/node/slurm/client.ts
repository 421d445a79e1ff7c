import { type ExecFileException, execFile } from 'node:child_process';
import { InputError } from '../../networks/errors.js';

/** What went wrong with a command of Slurm. */
export type SlurmTrouble =
  /** The command is not installed here. */
  | 'missing'
  /** The controller did not answer, or not in time: what was asked for may have been done or not. */
  | 'away'
  /** A limit on jobs, or on how many may be submitted, was reached: later, or with fewer, it may succeed. */
  | 'limit'
  /** Slurm refused, and will again. */
  | 'refused';

/** A command of Slurm that failed; the message holds Slurm's own words. */
export class SlurmError extends InputError {
  constructor(
    readonly trouble: SlurmTrouble,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** An array task, or a job that is none, as the controller sees it. */
export interface SlurmJob {
  /** Of the whole array. */
  readonly job: string;
  /** Number within the array; null where it is none. */
  readonly task: number | null;
  readonly name: string;
  /** Slurm's word: PENDING, RUNNING, COMPLETING, FAILED, CANCELLED, ... */
  readonly state: string;
  /** Slurm's word for why it waits or how it ended; empty where it says none. */
  readonly reason: string;
  /** Machines it runs on; empty where it runs on none. */
  readonly node: string;
}

const over = new Set([
  'BOOT_FAIL',
  'CANCELLED',
  'COMPLETED',
  'DEADLINE',
  'FAILED',
  'NODE_FAIL',
  'OUT_OF_MEMORY',
  'PREEMPTED',
  'REVOKED',
  'TIMEOUT',
]);

/** Whether a job has ended; what is requeued has not. */
export const isOver = ({ state }: SlurmJob): boolean => over.has(state);

/** The environment of commands of Slurm: without defaults of a person that would narrow or reword what they print. */
export function slurmEnvironment(environment: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const kept = Object.entries(environment).filter(([name]) => !/^(SQUEUE|SCANCEL|SCONTROL)_/.test(name));
  return { ...Object.fromEntries(kept), SLURM_TIME_FORMAT: 'standard' };
}

export interface SlurmClientOptions {
  readonly environment?: NodeJS.ProcessEnv;
  /** Milliseconds after which a command counts as unanswered; default: a minute. */
  readonly timeout?: number;
}

/** Limits of a cluster on what may be submitted. */
export interface ClusterLimits {
  /** The most tasks of an array. */
  readonly arrayTasks: number;
}

/** The commands of Slurm, as far as they are needed; none of them asks for accounting. */
export class SlurmClient {
  readonly #environment: NodeJS.ProcessEnv;
  readonly #timeout: number;

  constructor({ environment = process.env, timeout = 60_000 }: SlurmClientOptions = {}) {
    this.#environment = slurmEnvironment(environment);
    this.#timeout = timeout;
  }

  /**
   * Submits a script.
   *
   * @returns the job's number
   * @throws SlurmError; where the controller is away, the job may have been taken all the same
   */
  async submit(script: string, options: readonly string[] = []): Promise<string> {
    const said = await this.#run('sbatch', ['--parsable', ...options, script]);
    const job = /^(\d+)(;.*)?$/m.exec(said)?.[1];
    if (job !== undefined) return job;
    throw new SlurmError('refused', `sbatch printed ${JSON.stringify(said.trim())}; expected the number of a job.`);
  }

  /** Every array task of jobs of these names that the controller remembers, ended ones among them. */
  async jobs(names: readonly string[]): Promise<SlurmJob[]> {
    if (names.length === 0) return [];
    const format = '--format=%F|%K|%j|%T|%N|%r';
    return parseJobs(await this.#run('squeue', ['-h', '-a', '-r', '-t', 'all', `--name=${names.join(',')}`, format]));
  }

  /** Ends jobs, whole arrays or single tasks of them (`12_3`). Those that have ended already are no error. */
  async cancel(jobs: readonly string[]): Promise<void> {
    if (jobs.length > 0) await this.#run('scancel', ['--quiet', ...jobs]);
  }

  async limits(): Promise<ClusterLimits> {
    const said = await this.#run('scontrol', ['show', 'config']);
    const size = Number(/^MaxArraySize\s*=\s*(\d+)/m.exec(said)?.[1]);
    return { arrayTasks: size > 0 ? size : 1001 };
  }

  #run(command: string, words: readonly string[]): Promise<string> {
    return new Promise((resolve, reject) => {
      const options = {
        env: this.#environment,
        timeout: this.#timeout,
        killSignal: 'SIGKILL',
        maxBuffer: 1 << 28,
      } as const;
      execFile(command, [...words], options, (error, out, err) => {
        if (error === null) resolve(out);
        else reject(troubleOf(command, error, err));
      });
    });
  }
}

/** Lines of `squeue` in the format of `SlurmClient.jobs`. */
export function parseJobs(said: string): SlurmJob[] {
  return said.split('\n').flatMap((line) => {
    const [job, task, name, state, node, ...reason] = line.split('|');
    if (state === undefined) return [];
    const words = reason.join('|').trim();
    return [
      {
        job,
        task: /^\d+$/.test(task) ? Number(task) : null,
        name,
        state,
        node,
        reason: words === 'None' ? '' : words,
      },
    ];
  });
}

const isAway =
  /unable to contact|socket timed out|communication (connection )?failure|connect failure|connection refused|zero bytes were transmitted|transport endpoint|slurm_persist|controller not responding|slurm backup controller/i;

const isLimit = /max_?submit|submit_?jobs?_?limit|job_?count|temporarily un(able|available)/i;

/** What sbatch adds to every limit of an account or a quality of service, whichever it is. */
const anyLimit = /violates accounting\/QOS policy/i;

function troubleOf(command: string, error: ExecFileException, said: string): SlurmError {
  if (error.code === 'ENOENT') {
    return new SlurmError(
      'missing',
      `${command} was not found; expected a machine on which Slurm's commands are installed.`,
    );
  }
  // Ctrl-C reaches every process of a terminal: what was asked for may have been done.
  if (error.killed || error.signal) {
    return new SlurmError('away', `${command} did not answer in time.`, { cause: error });
  }
  const words = said
    .split('\n')
    .map((line) => line.replace(/^\w+: (error|fatal): /, '').trim())
    .filter((line) => line !== '');
  const text = words.length > 0 ? words.join('; ') : error.message;
  const specific = words.filter((line) => !anyLimit.test(line));
  const isOverLimit = isLimit.test(specific.join('; ')) || (specific.length === 0 && anyLimit.test(text));
  const trouble = isAway.test(text) ? 'away' : isOverLimit ? 'limit' : 'refused';
  return new SlurmError(trouble, `${command}: ${text}`, { cause: error });
}
