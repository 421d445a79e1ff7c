import { expect, it } from 'vitest';
import { ownJob, timeLeft, workTimeLeft } from './time-left.js';

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

it('is a minute less for work, or a tenth of a short limit', async () => {
  const ending = (seconds: number) => ({ SLURM_JOB_ID: '7', SLURM_JOB_END_TIME: String(now() / 1000 + seconds) });
  expect(await workTimeLeft({ environment: ending(3600), now })).toBe(3540);
  expect(await workTimeLeft({ environment: ending(100), now })).toBe(90);
  expect(await workTimeLeft({ environment: ending(-5), now })).toBe(0);
  expect(await workTimeLeft({ environment: {}, now })).toBeNull();
});

it('belongs to a job that is called by its array and the number in it', () => {
  expect(ownJob({ SLURM_JOB_ID: '8', SLURM_ARRAY_JOB_ID: '7', SLURM_ARRAY_TASK_ID: '3' })).toBe('7_3');
  expect(ownJob({ SLURM_JOB_ID: '8' })).toBe('8');
  expect(ownJob({})).toBeNull();
});
