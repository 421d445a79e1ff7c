import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const squeue = `for word; do case $word in --name=*) name="|\${word#--name=}|" ;; esac; done
grep -F -e "$name" "$here/taken" || true`;

const sbatch = `for script; do :; done
name=$(sed -n 's/#SBATCH --job-name="\\(.*\\)"/\\1/p' "$script")
last=$(sed -n 's/#SBATCH --array="\\(.*-\\)\\{0,1\\}\\(.*\\)"/\\2/p' "$script")
tasks=$((last + 1))
echo "$tasks" >>"$here/asked"
take() {
  n=$(($(wc -l <"$here/taken") + 1))
  echo "$n|0|$name|RUNNING|n1|None" >>"$here/taken"
}`;

/**
 * Commands of a Slurm that is none, as scripts in a folder: `sbatch` does what `sbatch.sh` says, with the name of the job in
 * `$name` and its number of array tasks in `$tasks`; `take` notes the job as taken and prints its number.
 */
export class FakeSlurm {
  readonly environment: NodeJS.ProcessEnv;
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true });
    this.environment = { PATH: `${folder}:${process.env.PATH}` };
    this.#command('squeue', squeue);
    this.#command('scontrol', 'echo "MaxArraySize            = 6"');
  }

  /** What sbatch does, in bash. */
  set sbatch(script: string) {
    this.#command('sbatch', `${sbatch}\n${script}`);
    writeFileSync(join(this.#folder, 'taken'), '');
    writeFileSync(join(this.#folder, 'asked'), '');
  }

  /** Array tasks of every call of sbatch. */
  get asked(): number[] {
    return readFileSync(join(this.#folder, 'asked'), 'utf8').trim().split('\n').map(Number);
  }

  /** Path of a file beside the commands, which is `$here/...` to them. */
  path(name: string): string {
    return join(this.#folder, name);
  }

  #command(name: string, script: string): void {
    const path = join(this.#folder, name);
    if (existsSync(path)) chmodSync(path, 0o700);
    writeFileSync(path, `#!/bin/bash\nhere=${this.#folder}\n${script}\n`, { mode: 0o700 });
  }
}
