import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { SlurmClient } from './client.js';
import { FakeSlurm } from './fake-slurm.fixture.js';
import { SlurmJobs } from './jobs.js';
import { submitArray } from './submit.js';

const folder = mkdtempSync(join(tmpdir(), 'lottery-slurm-submit-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const slurm = new FakeSlurm(join(folder, 'commands'));
const settings = { cpus: 1, lines: [], flags: [], most: 10, node: '/usr/bin/node' };
let stores = 0;

/** Submits so many array tasks for a run of a store of its own. */
function submission(tasks: number, timeout = 60_000) {
  const store = join(folder, `store-${stores++}`);
  const jobs = new SlurmJobs(store, 'run-1234');
  const client = new SlurmClient({ environment: slurm.environment, timeout });
  const pause = async () => {};
  const made = submitArray({ client, jobs, tasks, command: ['/bin/true'], settings, variables: {}, pause });
  return { jobs, made, client };
}

describe('a submission', () => {
  it('is kept with its script and the number of its job', async () => {
    slurm.sbatch = 'take; echo "$n;cluster"';
    const { jobs, made } = submission(4);
    const found = await made;
    expect(found).toMatchObject({ kind: 'submitted', submission: { job: '1', tasks: 4 } });
    const [kept] = await jobs.list();
    expect(found).toEqual({ kind: 'submitted', submission: kept });
    expect(kept.name).toMatch(/^lottery-run-1234-[0-9a-f]{8}$/);
    expect(readFileSync(jobs.scriptOf(kept.name), 'utf8')).toContain(`#SBATCH --job-name="${kept.name}"\n`);
  });

  it('has no more array tasks than the cluster allows', async () => {
    slurm.sbatch = 'take; echo "$n"';
    expect(await submission(40).made).toMatchObject({ kind: 'submitted', submission: { tasks: 6 } });
  });

  it('has fewer where so many may not be submitted at once', async () => {
    slurm.sbatch =
      'if [ "$tasks" -gt 2 ]; then echo "sbatch: error: QOSMaxSubmitJobPerUserLimit" >&2; echo "sbatch: error: Batch job submission failed: Job violates accounting/QOS policy (job submit limit, user\'s size and/or time limits)" >&2; exit 1; fi; take; echo "$n"';
    expect(await submission(6).made).toMatchObject({ kind: 'submitted', submission: { tasks: 1 } });
    expect(slurm.asked).toEqual([6, 3, 1]);
  });

  it('waits where none may be submitted', async () => {
    slurm.sbatch = 'echo "sbatch: error: AssocMaxSubmitJobLimit" >&2; exit 1';
    const { jobs, made } = submission(2);
    expect(await made).toEqual({ kind: 'full', reason: 'sbatch: AssocMaxSubmitJobLimit' });
    expect(await jobs.list()).toEqual([]);
    expect(readdirSync(jobs.folder)).toEqual([]);
  });

  it.each([
    'sbatch: error: Batch job submission failed: Requested node configuration is not available',
    'sbatch: error: QOSMaxWallDurationPerJobLimit\\nsbatch: error: Batch job submission failed: Job violates accounting/QOS policy (job submit limit, user and/or time limits)',
    'sbatch: error: invalid partition specified: nosuch',
  ])("fails with Slurm's own words: %s", async (said) => {
    slurm.sbatch = `printf '${said}\\n' >&2; exit 1`;
    const { jobs, made } = submission(2);
    const words = said.split('\\n')[0].replace('sbatch: error: ', '');
    await expect(made).rejects.toMatchObject({ trouble: 'refused', message: expect.stringContaining(words) });
    expect(await jobs.list()).toEqual([]);
    expect(slurm.asked).toEqual([2]);
  });

  it('is found by its name where sbatch gave no answer though the job was taken', async () => {
    slurm.sbatch = 'take; exec sleep 60';
    const { jobs, made } = submission(3, 1000);
    expect(await made).toMatchObject({ kind: 'submitted', submission: { job: '1', tasks: 3 } });
    expect(await jobs.list()).toMatchObject([{ job: '1' }]);
  });

  it('is found by its name where the answer was lost', async () => {
    slurm.sbatch =
      'take; echo "sbatch: error: Batch job submission failed: Socket timed out on send/recv operation" >&2; exit 1';
    expect(await submission(3).made).toMatchObject({ kind: 'submitted', submission: { job: '1' } });
  });

  it('is remembered where nobody answers, in case that the job appears later', async () => {
    slurm.sbatch =
      'echo "sbatch: error: Batch job submission failed: Unable to contact slurm controller (connect failure)" >&2; exit 1';
    const { jobs, made, client } = submission(3);
    await expect(made).rejects.toMatchObject({ trouble: 'away' });
    const [kept] = await jobs.list();
    expect(kept).toMatchObject({ job: null, tasks: 3 });
    writeFileSync(slurm.path('taken'), `9|0|${kept.name}|PENDING||Resources\n9|1|${kept.name}|RUNNING|n1|None\n`);
    expect(await client.jobs([kept.name])).toEqual([
      { job: '9', task: 0, name: kept.name, state: 'PENDING', node: '', reason: 'Resources' },
      { job: '9', task: 1, name: kept.name, state: 'RUNNING', node: 'n1', reason: '' },
    ]);
  });

  it('says what is missing where there is no Slurm', async () => {
    const client = new SlurmClient({ environment: { PATH: folder } });
    await expect(client.limits()).rejects.toMatchObject({
      trouble: 'missing',
      message: "scontrol was not found; expected a machine on which Slurm's commands are installed.",
    });
  });

  it('is known by its name where what was kept of it is damaged', async () => {
    slurm.sbatch = 'take; echo "$n"';
    const { jobs, made } = submission(1);
    await made;
    const [{ name }] = await jobs.list();
    writeFileSync(join(jobs.folder, `${name}.json`), '{"format": 1}');
    expect(await jobs.list()).toEqual([{ name, job: null, tasks: null, submitted: null, isCancelled: false }]);
  });
});
