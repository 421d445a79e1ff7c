import { exitCodes } from './errors.js';

/**
 * Runs work that Ctrl-C (SIGINT) and SIGTERM cancel: the first asks it to stop cleanly, Ctrl-C after that ends the process. SIGTERM may
 * come several times over: a scheduler sends it to every process of a job, and a shell among them hands it on.
 *
 * @param work is given the signal that fires when it should stop
 */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const onSignal = (signal: NodeJS.Signals): void => {
    if (controller.signal.aborted && signal === 'SIGINT') process.exit(exitCodes.failed);
    controller.abort();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  try {
    return await work(controller.signal);
  } finally {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  }
}
