import { exitCodes } from './errors.js';

/** Schedulers warn by USR1 of a limit that is near; Node would open a port for debuggers where nobody listens for it. */
const signals: readonly NodeJS.Signals[] =
  process.platform === 'win32' ? ['SIGINT', 'SIGTERM'] : ['SIGINT', 'SIGTERM', 'SIGUSR1'];

/**
 * Runs work that Ctrl-C (SIGINT), SIGTERM and SIGUSR1 cancel: the first asks it to stop cleanly, Ctrl-C after that ends the process. SIGTERM may
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
  for (const signal of signals) process.on(signal, onSignal);
  try {
    return await work(controller.signal);
  } finally {
    for (const signal of signals) process.off(signal, onSignal);
  }
}
