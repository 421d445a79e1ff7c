import { allSettings, type RunResults } from 'lottery-lab/experiments';

/** A setting in which runs differ. */
export interface DifferingSetting {
  /** As the specification has it: `pruning.rate`. */
  readonly path: string;
  /** What it is, in the specification's words. */
  readonly help: string;
  /** One a run, in their order; undefined where the run has none. */
  readonly values: readonly unknown[];
  /** Whether every run has a number there, so that it can be an axis. */
  readonly isNumber: boolean;
}

/** Settings by their dotted paths; lists are one value. */
export function flattened(value: unknown, path = ''): Map<string, unknown> {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return new Map([[path, value]]);
  const entries = Object.entries(value).flatMap(([key, member]) => [
    ...flattened(member, path === '' ? key : `${path}.${key}`),
  ]);
  return new Map(entries);
}

/** Why runs are not the same: the settings in which they differ, then their data. The first run decides the order. */
export function differingSettings(
  runs: readonly Pick<RunResults, 'specification' | 'dataset' | 'provenance'>[],
): readonly DifferingSetting[] {
  const all = runs.map(({ specification, dataset, provenance }) => {
    const settings = flattened(specification);
    settings.set('SHA-256 of the data', dataset.digest);
    settings.set('arithmetic', provenance.arithmetic);
    return settings;
  });
  const known = new Map(allSettings().map((setting) => [setting.path, setting]));
  const settingOf = (settings: Map<string, unknown>, path: string): unknown => {
    if (settings.has(path)) return settings.get(path);
    const standard = known.get(path)?.standard;
    return standard === undefined ? undefined : (JSON.parse(standard) as unknown);
  };
  const paths = [...new Set(all.flatMap((settings) => [...settings.keys()]))];
  return paths.flatMap((path) => {
    const values = all.map((settings) => settingOf(settings, path));
    if (new Set(values.map((value) => JSON.stringify(value))).size < 2) return [];
    const isNumber = values.every((value) => typeof value === 'number' && Number.isFinite(value));
    return [{ path, help: known.get(path)?.help ?? '', values, isNumber }];
  });
}

/** A value of a setting as people read it. */
export function valueText(value: unknown): string {
  if (value === undefined) return 'not set';
  return typeof value === 'string' ? value : JSON.stringify(value).replaceAll(',', ', ');
}
