import { formatCount } from '../../analysis/format.js';
import type { RecordState, StateCounts } from '../../laboratory/index.js';
import { printable } from '../../networks/printable.js';
import type { JobsSummary, WatchEvent, WorkState } from '../../node/slurm/index.js';
import { cutTo, isLive, type Output, percent, roughTime } from '../terminal.js';

/** What is watched: how far a run or a study has come. */
export interface SlurmWork extends WorkState {
  readonly state: RecordState;
}

/** Milliseconds between two lines about progress in a log. */
const LINE_EVERY = 30_000;

/** Shows how jobs come on: a line that is redrawn on a terminal, a line now and then elsewhere. */
export class SlurmView {
  readonly #output: Output;
  readonly #isLive: boolean;
  readonly #clock: () => number;
  #jobs: JobsSummary = { running: 0, pending: 0, reasons: [], nodes: [] };
  #said = '';
  #last = Number.NEGATIVE_INFINITY;

  constructor(output: Output, clock: () => number = () => performance.now()) {
    this.#output = output;
    this.#isLive = isLive(output);
    this.#clock = clock;
  }

  onEvent(event: WatchEvent<SlurmWork>): void {
    switch (event.kind) {
      case 'work':
        this.#progress(progressText(event.work.state, this.#jobs), event.work.left === 0);
        break;
      case 'jobs':
        this.#jobs = event;
        this.line(jobsText(event));
        break;
      case 'submitted': {
        const { job, tasks } = event.submission;
        this.line(`Submitted job ${job}: ${formatCount(tasks, 'array task')}.`);
        break;
      }
      case 'full':
        this.line(`The cluster takes no more jobs now (${event.reason}); trying again.`);
        break;
      case 'away':
        this.line(`Slurm does not answer (${event.reason}); the jobs go on, and so does the watch over the store.`);
        break;
      case 'back':
        this.line('Slurm answers again.');
        break;
    }
  }

  /** A line that stays. */
  line(text: string): void {
    this.#output.write(`${this.#isLive ? '\r\u001b[K' : ''}${printable(text)}\n`);
  }

  close(): void {
    if (this.#isLive) this.#output.write('\r\u001b[K');
  }

  #progress(text: string, isLast: boolean): void {
    if (this.#isLive) {
      this.#output.write(`\r\u001b[K${cutTo(printable(text), (this.#output.columns ?? 100) - 1)}`);
      return;
    }
    const now = this.#clock();
    if (text === this.#said || (!isLast && now - this.#last < LINE_EVERY)) return;
    this.#said = text;
    this.#last = now;
    this.line(text);
  }
}

const countText = ({ finished, all }: StateCounts, what: string): string[] =>
  all === 0 ? [] : [`${finished}/${formatCount(all, what)}`];

/** `12/69 cells, 3/40 measurements, 4 at work (dense, trial 0: 40%), 2 failed, about 3 h left`. */
export function progressText({ cells, measurements, running, secondsLeft }: RecordState, jobs: JobsSummary): string {
  const failed = cells.failed + measurements.failed;
  const first = running[0];
  const example = first === undefined ? '' : ` (${first.label}: ${percent(first.share, 0)})`;
  return [
    ...countText(cells, 'cell'),
    ...countText(measurements, 'measurement'),
    running.length > 0 || jobs.pending === 0 ? `${running.length} at work${example}` : 'none at work yet',
    ...(jobs.pending > 0 ? [`${formatCount(jobs.pending, 'array task')} queued`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(secondsLeft !== null ? [`about ${roughTime(secondsLeft)} left`] : []),
  ].join(', ');
}

/** Reasons with which a job will not start by itself, in Slurm's words. */
const hopeless =
  /^(BadConstraints|PartitionDown|PartitionInactive|PartitionNodeLimit|PartitionTimeLimit|InvalidAccount|InvalidQOS|JobHeld(Admin|User)|AccountNotAllowed|QOSNotAllowed|Assoc\w*Limit|QOS\w*Limit|ReqNodeNotAvail.*|NodeDown|DependencyNeverSatisfied|launch failed.*)$/i;

function jobsText({ running, pending, nodes, reasons }: JobsSummary): string {
  const where = nodes.length === 0 ? '' : ` on ${nodes.slice(0, 5).join(', ')}${nodes.length > 5 ? ', ...' : ''}`;
  const why = reasons.length === 0 ? '' : ` (Slurm says: ${reasons.join(', ')})`;
  const stuck = reasons.some((reason) => hopeless.test(reason))
    ? ' They may not start by themselves: see --slurm, or scontrol show job.'
    : '';
  return `Jobs: ${running} running${where}, ${pending} queued${why}.${stuck}`;
}
