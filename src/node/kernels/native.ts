import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { kernelSources } from '../../kernels/generated/wasm.js';
import { type KernelExports, Kernels } from '../../kernels/kernels.js';
import { processorIdentity } from './processor.js';

/** What `npm run build:native` says of an addon. */
export interface NativeBuild {
  /** SHA-256 over the sources it was compiled from. */
  readonly sources: string;
  readonly platform: string;
  /** As `processorIdentity` names it. */
  readonly processor: string;
  /** The compiler's own first line. */
  readonly compiler: string;
  readonly flags: readonly string[];
}

/** Whether native kernels can be used here; why not, and what to do about it, where they cannot. */
export type NativeState =
  | { readonly usable: true; readonly path: string; readonly build: NativeBuild; readonly load: () => Kernels }
  | { readonly usable: false; readonly reason: string; readonly remedy: string };

/** An arena, as the addon hands it out: its memory, and the handle under which it knows it. */
interface Arena {
  readonly buffer: ArrayBuffer;
  readonly house: unknown;
}

/** What the addon exports: the functions that the WebAssembly exports, each with the handle of its arena first. */
interface Addon {
  allocate(): Arena;
  start(house: unknown, helpers: number): number;
  helpers(house: unknown): number;
  run(house: unknown, program: number, words: number, steps: number, threads: number): number;
  fill_words: Fill;
  fill_uniform: Fill;
  fill_normal: Fill;
}

type Fill = (
  house: unknown,
  out: number,
  count: number,
  key0: number,
  key1: number,
  lane0: number,
  lane1: number,
) => void;

/** Where the build leaves the addon. */
export const nativeFolder = fileURLToPath(new URL('../../../native', import.meta.url));

const REBUILD = 'npm run build:native builds them, where there is a C compiler.';

/**
 * Looks at the addon in a folder: it must be there, compiled from these very sources and for this very processor, and
 * load. Nothing of it is executed before the first two are known.
 */
export function findNative(folder: string = nativeFolder): NativeState {
  const no = (reason: string, remedy = REBUILD): NativeState => ({ usable: false, reason, remedy });
  const path = join(folder, 'lottery.node');
  const note = join(folder, 'build.json');
  if (!existsSync(path) || !existsSync(note)) return no('they have not been built');
  let build: NativeBuild;
  try {
    build = JSON.parse(readFileSync(note, 'utf8')) as NativeBuild;
  } catch {
    return no(`${note} cannot be read`);
  }
  if (build.sources !== kernelSources) return no('they were built from other sources than these');
  const platform = `${process.platform} ${process.arch}`;
  if (build.platform !== platform) return no(`they were built for ${build.platform}, and this is ${platform}`);
  const processor = processorIdentity();
  if (build.processor !== processor) return no(`they were built for ${build.processor}, and this is ${processor}`);
  try {
    const addon = createRequire(import.meta.url)(path) as Addon;
    return { usable: true, path, build, load: () => kernelsOf(addon) };
  } catch (error) {
    return no(`${path} does not load: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`);
  }
}

/** One arena and the kernels on it. @throws Error when there are no 4 GiB of addresses for the arena */
function kernelsOf(addon: Addon): Kernels {
  const { buffer, house } = addon.allocate();
  const fill =
    (name: 'fill_words' | 'fill_uniform' | 'fill_normal'): KernelExports['fill_words'] =>
    (...rest) =>
      addon[name](house, ...rest);
  return new Kernels(
    {
      memory: {
        buffer,
        grow: () => {
          throw new RangeError('the arena is as large as it can be.');
        },
      },
      // Offset nought means that there is nothing, to kernels that can do without a bias or a border.
      __heap_base: { value: 64 },
      run: (program, words, steps, threads) => addon.run(house, program, words, steps, threads),
      helpers: () => addon.helpers(house),
      fill_words: fill('fill_words'),
      fill_uniform: fill('fill_uniform'),
      fill_normal: fill('fill_normal'),
    },
    'native',
    (helpers) => {
      addon.start(house, helpers);
    },
  );
}
