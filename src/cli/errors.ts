import { InputError } from '../networks/errors.js';

/** A command that was given wrongly: its message is shown alone, and the exit code is 2. */
export class UsageError extends InputError {
  readonly usage = true;
}

/** Runs `work`, and turns an error in the user's input into a usage error. */
export function asUsage<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof InputError && !(error instanceof UsageError) ? new UsageError(error.message) : error;
  }
}

/** Exit codes of the command. `stopped`: by a limit of time or a signal, with work left that the same command goes on with. */
export const exitCodes = { done: 0, failed: 1, usage: 2, stopped: 3 } as const;
