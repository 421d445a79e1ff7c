/** Whether an error means that work was cancelled: by name, so that it holds across threads and realms. */
export function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

/** The error of cancelled work. */
export function abortError(): Error {
  const error = new Error('the work was called off.');
  error.name = 'AbortError';
  return error;
}
