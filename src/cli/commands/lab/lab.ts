import { existsSync } from 'node:fs';
import { serveLab } from '../../../node/lab/index.js';
import { FileStore } from '../../../node/store/index.js';
import { interruptible } from '../../interrupt.js';

export interface LabFlags {
  readonly store: string;
  readonly port: number;
  readonly json?: boolean;
}

/** Serves the lab until it is told to stop. */
export async function lab(flags: LabFlags): Promise<void> {
  const store = await FileStore.open(flags.store);
  await interruptible(async (signal) => {
    const server = await serveLab({ store, port: flags.port });
    if (!existsSync(flags.store)) {
      process.stderr.write(
        `note: there is no ${flags.store} yet; its runs appear in the lab when lottery run begins it.\n`,
      );
    }
    if (flags.json) process.stdout.write(`${JSON.stringify({ url: server.url })}\n`);
    else process.stdout.write(`The lab, with ${flags.store}: ${server.url}\nCtrl-C ends it.\n`);
    if (!signal.aborted) {
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    }
    await server.close();
  });
}
