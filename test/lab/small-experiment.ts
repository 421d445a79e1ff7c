/** Three trials and three levels, as people would write them into an address and into a command. */
export const settings: readonly (readonly [string, string])[] = [
  ['network', '{hidden: [20]}'],
  ['data.train', '700'],
  ['data.test', '200'],
  ['data.validation', '100'],
  ['iterations', '60'],
  ['trials', '3'],
  ['pruning.densities', '[0.5, 0.2]'],
];

/** Its address in Play, with some settings changed. */
export function addressOf(changes: Readonly<Record<string, string>> = {}): string {
  const query = new URLSearchParams({ v: '1', preset: 'quickstart', ...Object.fromEntries(settings), ...changes });
  return `#/play?${query}`;
}

/** The words of the command that trains the same. */
export const commandWords: readonly string[] = [
  'run',
  'quickstart',
  ...settings.flatMap(([path, value]) => ['--set', `${path}=${value}`]),
];
