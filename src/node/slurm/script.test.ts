import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../networks/errors.js';
import { batchScript, literalPath, quoted, type ScriptRequest, warningBefore } from './script.js';
import { fitsDirective, type SlurmSettings } from './settings.js';

const settings: SlurmSettings = { cpus: 1, lines: [], flags: [], most: 10, node: '/usr/bin/node' };
const request: ScriptRequest = {
  name: 'lottery-quickstart-0123-abcd',
  settings,
  tasks: 8,
  log: '/store/slurm/run/%A_%a.log',
  command: ['/usr/bin/node', '/opt/main.js', 'work', 'a run'],
};

describe('the batch script', () => {
  it('is an array of the command, queued again by the number of the task', () => {
    const script = batchScript({
      ...request,
      settings: { ...settings, partition: 'short', time: '2:00:00', memory: '4G', lines: ['module load nodejs'] },
      variables: { LOTTERY_DATA: "/data of o'Neill" },
    });
    expect(script).toMatchInlineSnapshot(`
      "#!/bin/bash
      #SBATCH --requeue
      #SBATCH --job-name="lottery-quickstart-0123-abcd"
      #SBATCH --array="0-7"
      #SBATCH --output="/store/slurm/run/%A_%a.log"
      #SBATCH --open-mode="append"
      #SBATCH --signal="B:USR1@120"
      #SBATCH --nodes="1"
      #SBATCH --ntasks="1"
      #SBATCH --cpus-per-task="1"
      #SBATCH --partition="short"
      #SBATCH --time="2:00:00"
      #SBATCH --mem="4G"

      task="\${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID"
      echo "$(date +%FT%T) task $task of $SLURM_JOB_NAME begins on $(hostname)"

      export LOTTERY_DATA='/data of o'\\''Neill'
      module load nodejs

      /usr/bin/node /opt/main.js work 'a run' &
      worker=$!
      told_to_end=
      trap 'kill -TERM "$worker" 2>/dev/null' USR1
      trap 'told_to_end=1; kill -TERM "$worker" 2>/dev/null' TERM INT
      while :; do
        wait "$worker"
        code=$?
        kill -0 "$worker" 2>/dev/null || break
      done

      if [ "$code" = 3 ] && [ -z "$told_to_end" ]; then
        # Where this is refused the task ends, and whoever watches submits anew.
        if scontrol requeue "$task"; then sleep 60; fi
      fi

      exit "$code"
      "
    `);
  });

  it('can be read by bash', () => {
    execFileSync('bash', ['-n'], { input: batchScript(request) });
  });

  it('warns a fifth of a short limit before it, and two minutes before a long one', () => {
    expect(warningBefore({ time: '5' })).toBe(60);
    expect(warningBefore({ time: '2:00:00' })).toBe(120);
    expect(warningBefore({ time: '0:04' })).toBe(1);
    expect(warningBefore({})).toBe(120);
    expect(warningBefore({ time: 'UNLIMITED' })).toBe(120);
  });

  it('puts options of the settings before its own, which count', () => {
    const script = batchScript({
      ...request,
      settings: { ...settings, flags: ['--array=0-99', '-x=n1', '--exclusive'] },
    });
    expect(script).toMatch(
      /^#!\/bin\/bash\n#SBATCH --requeue\n#SBATCH --array="0-99"\n#SBATCH -x "n1"\n#SBATCH --exclusive\n#SBATCH --job-name/,
    );
  });

  it.each(['two\nlines', 'a "quotation"', 'back\\slash', 'a\rreturn', ''])(
    'refuses %j as the value of a directive',
    (value) => {
      for (const setting of ['partition', 'account', 'time'] as const) {
        expect(() => batchScript({ ...request, settings: { ...settings, [setting]: value } })).toThrow(InputError);
      }
      expect(() => batchScript({ ...request, name: value })).toThrow(InputError);
      expect(() => batchScript({ ...request, log: value })).toThrow(InputError);
    },
  );

  it.each(['nice', '--wrap x', '--a=b"c', '--a=\n', '-', '--=x', '--a;b'])(
    'refuses %j as an option of sbatch',
    (flag) => {
      expect(() => batchScript({ ...request, settings: { ...settings, flags: [flag] } })).toThrow(InputError);
    },
  );

  it('has a line for every directive, whatever their values are', () => {
    const value = fc.string({ unit: 'grapheme', minLength: 1 }).filter(fitsDirective);
    fc.assert(
      fc.property(value, value, value, (partition, account, name) => {
        const script = batchScript({ ...request, name, settings: { ...settings, partition, account } });
        const [head] = script.split('\n\n');
        expect(head.split('\n').filter((line) => !line.startsWith('#SBATCH -')).length).toBe(1);
        expect(`${head}\n`).toContain(`#SBATCH --partition="${partition}"\n`);
      }),
    );
  });

  it('takes the percent signs of a path as they are', () => {
    expect(literalPath('/scratch/50%')).toBe('/scratch/50%%');
  });
});

describe('a quoted text', () => {
  it('is one word of bash, and the same text', () => {
    const texts = fc.array(
      fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\0', '')),
      { minLength: 1 },
    );
    fc.assert(
      fc.property(texts, (words) => {
        const out = execFileSync('bash', ['-c', `printf '%s\\0' ${words.map(quoted).join(' ')}`], {
          encoding: 'utf8',
        });
        expect(out).toBe(words.map((word) => `${word}\0`).join(''));
      }),
      { numRuns: 40 },
    );
  });
});
