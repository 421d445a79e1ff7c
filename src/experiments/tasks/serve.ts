import { InputError } from '../../networks/errors.js';
import { isAbort } from '../aborting.js';
import { DamageError } from '../damage.js';
import { FatalError, type TaskProgress } from './executor.js';
import { performTask, type Workplace } from './perform.js';
import type { FailureCause, WorkerReply, WorkerRequest } from './protocol.js';

/** Milliseconds between two messages about how far a task has come. */
const PROGRESS_EVERY = 100;

/**
 * Makes the thread at hand a worker: executes one task after another as it is asked to, on its own kernels. It hears a stop
 * whenever training or measuring yields to the event loop.
 *
 * @param workplace the kernels' number of threads is set as the pool says
 * @param reply sends a message to whoever gives the work
 * @returns what to call with every request that comes
 */
export function serveTasks(
  workplace: Workplace,
  reply: (message: WorkerReply) => void,
): (request: WorkerRequest) => void {
  const { kernels } = workplace;
  let stop: AbortController | undefined;

  const execute = async ({ order, keep, threads }: Extract<WorkerRequest, { kind: 'execute' }>): Promise<void> => {
    stop = new AbortController();
    kernels.threads = threads;
    try {
      const outcome = await performTask(order, workplace, {
        keep,
        onProgress: nowAndThen((progress) => reply({ kind: 'progress', progress })),
        signal: stop.signal,
      });
      reply({ kind: 'done', outcome });
    } catch (error) {
      reply({
        kind: 'failed',
        cause: causeOf(error),
        message: error instanceof Error ? error.message : String(error),
        ...(error instanceof DamageError ? { damaged: error.damaged } : {}),
        stack: error instanceof Error ? error.stack : undefined,
      });
    }
  };

  return (request) => {
    if (request.kind === 'stop') stop?.abort();
    else if (request.kind === 'threads') kernels.threads = request.threads;
    else void execute(request);
  };
}

/** Passes progress on when some time has passed since the last, and always where a training starts or ends. */
function nowAndThen(pass: (progress: TaskProgress) => void): (progress: TaskProgress) => void {
  let last = 0;
  return (progress) => {
    const now = performance.now();
    const ends = progress.kind === 'cell' && progress.iteration === progress.iterations;
    if (now - last < PROGRESS_EVERY && !ends) return;
    last = now;
    pass(progress);
  };
}

function causeOf(error: unknown): FailureCause {
  if (error instanceof FatalError) return 'fatal';
  if (error instanceof DamageError) return 'damaged';
  if (error instanceof InputError) return 'input';
  return isAbort(error) ? 'aborted' : 'unexpected';
}
