import { readFileSync } from 'node:fs';
import { relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../..', import.meta.url));

export interface BundleRequest {
  /** Modules that a page or a worker begins with, by the names that their bundles get. */
  readonly entries: Readonly<Record<string, string>>;
  /** Where bundles are written. */
  readonly folder: string;
}

/** One file of a bundle. */
export interface Chunk {
  readonly path: string;
  /** Loaded with the entry; false where a dynamic import loads it when it is needed. */
  readonly atStart: boolean;
  readonly bytes: number;
  readonly gzipped: number;
  /** Bytes by where they come from: a package by its name, our own rooms as `./training`. */
  readonly parts: Readonly<Record<string, number>>;
}

export interface Bundle {
  readonly chunks: readonly Chunk[];
  /** Every module that was read, relative to the project, whether anything of it was kept or not. */
  readonly modules: readonly string[];
}

/** Bundles modules for a browser as an application would: ES modules, minified, what is imported later in files of its own. */
export async function bundle({ entries, folder }: BundleRequest): Promise<Bundle> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: { ...entries },
    outdir: folder,
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    metafile: true,
    logLevel: 'silent',
  });
  const atStart = new Set<string>();
  const follow = (path: string): void => {
    if (atStart.has(path)) return;
    atStart.add(path);
    for (const { path: next, kind } of metafile.outputs[path].imports) if (kind === 'import-statement') follow(next);
  };
  for (const [path, { entryPoint }] of Object.entries(metafile.outputs)) {
    const isEntry = Object.values(entries).some((entry) => entryPoint && resolve(root, entryPoint) === resolve(entry));
    if (isEntry) follow(path);
  }
  const chunks = Object.entries(metafile.outputs).map(([path, { bytes, inputs }]): Chunk => {
    const parts: Record<string, number> = {};
    for (const [input, { bytesInOutput }] of Object.entries(inputs)) {
      if (bytesInOutput > 0) parts[partOf(input)] = (parts[partOf(input)] ?? 0) + bytesInOutput;
    }
    const file = resolve(root, path);
    const gzipped = gzipSync(readFileSync(file), { level: 9 }).length;
    return { path: relative(folder, file), atStart: atStart.has(path), bytes, gzipped, parts };
  });
  return { chunks, modules: Object.keys(metafile.inputs).map((path) => relative(root, resolve(root, path))) };
}

/** `zod`, `@noble/hashes`, `./training`, `./kernels/generated`. */
function partOf(input: string): string {
  const path = input.split(sep).join('/');
  const dependency = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1];
  if (dependency !== undefined && dependency !== 'lottery-lab') return dependency;
  const room = /(?:^|\/)(?:src|dist)\/(kernels\/generated|[^/]+)/.exec(path)?.[1];
  return `./${room ?? path.split('/').at(-1)}`;
}

/** A table of what a bundle weighs, for the message of a test that fails. */
export function weights({ chunks }: Bundle): string {
  return chunks
    .map(({ path, atStart, bytes, gzipped, parts }) => {
      const heaviest = Object.entries(parts).sort(([, a], [, b]) => b - a);
      const lines = heaviest.map(([name, size]) => `${String(size).padStart(10)}  ${name}`);
      return [`${path}: ${bytes} bytes, ${gzipped} gzipped, ${atStart ? 'at the start' : 'later'}`, ...lines].join(
        '\n',
      );
    })
    .join('\n');
}
