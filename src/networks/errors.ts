/**
 * An error in what a person gave: a file, a specification, an option. Its message says what was given, what was
 * expected and what to do, and is shown without a stack trace.
 */
export class InputError extends Error {
  override readonly name = 'InputError';
}
