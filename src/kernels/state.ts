/** Where a program's state keeps what, in bytes from its beginning; see `program_state` in kernels/operations.h. */
export const stateLayout = {
  /** Float64: losses added up. */
  loss: 0,
  /** Int32, from here on one after another: correct answers, iteration, epoch, cursor, live examples, clock. */
  correct: 16,
  iteration: 20,
  epoch: 24,
  cursor: 28,
  live: 32,
  clock: 36,
  /** Length of the whole. */
  bytes: 40,
} as const;
