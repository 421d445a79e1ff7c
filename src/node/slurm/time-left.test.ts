import { expect, it } from 'vitest';
import { timeLeft } from './time-left.js';

const now = () => new Date('2026-01-01T10:00:00').getTime();
const never = () => Promise.reject(new Error('asked'));

it('is null outside of Slurm', async () => {
  expect(await timeLeft({ environment: {}, now, showJob: never })).toBeNull();
});

it('goes by what Slurm says in the environment', async () => {
  const environment = { SLURM_JOB_ID: '7', SLURM_JOB_END_TIME: String(now() / 1000 + 90) };
  expect(await timeLeft({ environment, now, showJob: never })).toBe(90);
});

it('goes by the controller where the environment says nothing', async () => {
  const environment = { SLURM_JOB_ID: '7' };
  const showJob = async (id: string) =>
    `JobId=${id} StartTime=2026-01-01T09:59:00 EndTime=2026-01-01T10:02:30 Deadline=N/A`;
  expect(await timeLeft({ environment, now, showJob })).toBe(150);
});

it('is null where a job has no limit, or nobody answers', async () => {
  const environment = { SLURM_JOB_ID: '7' };
  expect(await timeLeft({ environment, now, showJob: async () => 'JobId=7 EndTime=Unknown' })).toBeNull();
  expect(await timeLeft({ environment, now, showJob: never })).toBeNull();
  expect(await timeLeft({ environment: { SLURM_JOB_ID: '7; x' }, now, showJob: never })).toBeNull();
});
