import { rename, rm, writeFile } from 'node:fs/promises';

/** Writes a file beside its place and moves it there, so that readers see the old or the new one, whole. */
export async function replaceFile(path: string, content: string | Uint8Array): Promise<void> {
  const aside = `${path}.${process.pid}.new`;
  try {
    await writeFile(aside, content);
    await rename(aside, path);
  } catch (error) {
    await rm(aside, { force: true });
    throw error;
  }
}
