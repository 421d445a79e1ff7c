import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { batchScript } from '../../src/node/slurm/script.js';
import { slurmSettings, storeSettingsFile } from '../../src/node/slurm/settings.js';
import { type Attempt, admitted, Fault, type OpenDoor } from '../door.js';
import { hostileValue } from '../hostile-values.js';

const keys = [
  'account',
  'partition',
  'qos',
  'time',
  'cpus',
  'memory',
  'constraint',
  'gres',
  'lines',
  'flags',
  'most',
  'node',
];

const fitting = fc.constantFrom<unknown>(
  ...[
    'short',
    '90',
    '1-12',
    '2:00:00',
    '4G',
    4,
    'gpu:1',
    '/usr/bin/node',
    ['--exclusive', '--nice=5'],
    ['module load a'],
  ],
  ...[
    'a"b',
    'a\\',
    'a\n#SBATCH --wrap=x',
    '$(touch x)',
    '`id`',
    '--x=a b',
    '#',
    "it's",
    ['#SBATCH --mem=1'],
    '-p=x',
    '%A',
  ],
);

const settings = fc.dictionary(
  fc.oneof({ weight: 12, arbitrary: fc.constantFrom(...keys) }, fc.constantFrom('__proto__', 'partion', '')),
  fc.oneof({ weight: 4, arbitrary: fitting }, { weight: 1, arbitrary: hostileValue }),
  { maxKeys: 5 },
);

/** What a line of a script's head may be: one option, and at most one value between quotation marks. */
const directive = /^#SBATCH --?[A-Za-z][A-Za-z-]*([= ]"[^"\\\n]+")?$/;

/** Settings of jobs in a store: a script of those that are taken has one directive a line, and nothing else before its first command. */
export const openSlurm: OpenDoor = ({ folder }) => {
  const store = join(folder, 'slurm-store');
  mkdirSync(store, { recursive: true });
  const path = storeSettingsFile(store);
  const environment = { XDG_CONFIG_HOME: join(folder, 'no-config') };
  const attempts = settings.map(
    (written): Attempt => ({
      files: new Map([['slurm.yaml', Buffer.from(JSON.stringify(written))]]),
      run: async () => {
        writeFileSync(path, JSON.stringify(written));
        const found = await admitted(() => slurmSettings({ store, environment, allowCode: true }), path);
        if (found === undefined) return 'refused';
        const command = [found.value.node, 'work'];
        const script = batchScript({ name: 'lottery-run-1', settings: found.value, tasks: 2, log: '/log', command });
        const [head] = script.split('\n\n');
        const odd = head
          .split('\n')
          .slice(1)
          .find((line) => !directive.test(line));
        if (odd !== undefined) throw new Fault(`a line before the first command is ${JSON.stringify(odd)}`);
        return 'accepted';
      },
    }),
  );
  return { name: 'slurm', what: 'settings of jobs (slurm.yaml)', attempts };
};
