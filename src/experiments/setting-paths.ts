import { SettingError } from '../networks/errors.js';

/**
 * Runs what checks settings by their own names, and says in errors where those stand in a specification.
 *
 * @param path of the settings in the specification, from the outside in: `['pruning', 'gradual']`
 * @throws SettingError with the path before the setting's own
 */
export function settingsAt<Result>(path: readonly string[], work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw error instanceof SettingError ? error.under(path) : error;
  }
}
