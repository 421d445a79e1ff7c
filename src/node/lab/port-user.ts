import { readdir, readFile, readlink } from 'node:fs/promises';

/** Who listens on a port of this machine, where Linux tells: `node (process 12)`; else null. */
export async function userOf(port: number): Promise<string | null> {
  try {
    const tables = await Promise.all(
      ['/proc/net/tcp', '/proc/net/tcp6'].map((file) => readFile(file, 'utf8').catch(() => '')),
    );
    const sockets = new Set(tables.flatMap((table) => listenersOf(table, port)));
    if (sockets.size === 0) return null;
    for (const process of await readdir('/proc')) {
      if (!/^\d+$/.test(process) || !(await holdsAny(process, sockets))) continue;
      const name = (await readFile(`/proc/${process}/comm`, 'utf8')).trim();
      return `${name} (process ${process})`;
    }
  } catch {
    // Another system, or what was there has ended: it is not known.
  }
  return null;
}

/** Sockets that listen on a port, as links to them are called. */
const listenersOf = (table: string, port: number): string[] =>
  table
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local, , state]) => state === '0A' && Number.parseInt(local.split(':')[1], 16) === port)
    .map((columns) => `socket:[${columns[9]}]`);

async function holdsAny(process: string, sockets: ReadonlySet<string>): Promise<boolean> {
  const files: readonly string[] = await readdir(`/proc/${process}/fd`).catch(() => []);
  for (const file of files) {
    if (sockets.has(await readlink(`/proc/${process}/fd/${file}`).catch(() => ''))) return true;
  }
  return false;
}
