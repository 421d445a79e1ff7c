import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { doors } from './doors/index.js';
import type { Job, Report } from './job.js';
import { withoutOwnData } from './places.js';
import { Reference } from './reference.js';
import { tryDoor } from './try-door.js';

/** A process that tries one door: it hears of one job, tells of every input, and ends. */

const tell = (report: Report): Promise<void> =>
  new Promise((resolve) => {
    process.send?.(report, () => resolve());
  });

process.on('message', async (job: Job) => {
  const folder = mkdtempSync(join(tmpdir(), 'lottery-fuzz-'));
  withoutOwnData(folder);
  const reference = Reference.open();
  try {
    let other: number | undefined;
    const onMegabytes = (megabytes: number) => {
      other = megabytes;
    };
    const door = await doors[job.door]({ folder, reference, onMegabytes });
    await tell({ kind: 'open', what: door.what });
    const failure = await tryDoor(door, {
      ...job,
      onTried: (tried) => void tell({ kind: 'tried', ...tried, megabytes: other ?? tried.megabytes }),
    });
    if (failure !== undefined) {
      const saved = join(job.out, `${job.door}-${failure.seed}-${failure.path.replaceAll(':', '_')}`);
      mkdirSync(saved, { recursive: true });
      for (const [name, bytes] of failure.attempt.files) writeFileSync(join(saved, name), bytes);
      const { message, seed, path } = failure;
      await tell({ kind: 'failed', message, seed, path, saved });
    }
  } catch (error) {
    const message = `the door did not open: ${error instanceof Error ? error.stack : String(error)}`;
    await tell({ kind: 'failed', message, seed: job.seed, path: '', saved: '' });
  } finally {
    reference?.close();
    rmSync(folder, { recursive: true, force: true });
    process.disconnect();
  }
});
