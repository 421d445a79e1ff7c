import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { kernelSources } from '../../kernels/generated/sources.js';
import { type KernelExports, Kernels } from '../../kernels/kernels.js';
import { packageRoot } from '../package-root.js';
import { processorIdentity } from './processor.js';

/** What `npm run build:native` records about an addon. */
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

/** What `scripts/package-native.mjs` records about a package of prebuilt addons. */
interface PackagedBuild {
  readonly sources: string;
  readonly platform: string;
  readonly compiler: string;
  /** Levels of processor there are addons for, the one that runs everywhere first. */
  readonly levels: readonly string[];
}

/** Whether native kernels can be used here; why not, and what to do about it, where they cannot. */
export type NativeState =
  | {
      readonly usable: true;
      readonly path: string;
      /** The compiler they were built with, in its own words. */
      readonly compiler: string;
      /** Why these. */
      readonly reason: string;
      readonly load: () => Kernels;
    }
  | { readonly usable: false; readonly reason: string; readonly remedy: string };

/** An arena, as the addon hands it out: its memory, and the handle under which it knows it. */
interface Arena {
  readonly buffer: ArrayBuffer;
  readonly house: unknown;
}

/** What the addon exports: the functions that the WebAssembly exports, each with the handle of its arena first. */
interface Addon {
  allocate(): Arena;
  /** The best level of processor that the machine at hand can run: `baseline`, `avx2` or `avx512`. */
  level(): string;
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
export const nativeFolder = join(packageRoot, 'native');

const REBUILD = 'npm run build:native builds them, with a C compiler.';

const no = (reason: string, remedy = REBUILD): NativeState => ({ usable: false, reason, remedy });

const platform = `${process.platform} ${process.arch}`;

function readNote<Note>(path: string): Note | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Note;
  } catch {
    return null;
  }
}

/** What is said of an addon that no addon can be used without. */
function objection({ sources, platform: its }: Pick<NativeBuild, 'sources' | 'platform'>): string | null {
  if (sources !== kernelSources) return 'they were built from other sources than these';
  return its === platform ? null : `they were built for ${its}, and this is ${platform}`;
}

function loadAddon(path: string): Addon {
  return createRequire(import.meta.url)(path) as Addon;
}

const firstLine = (error: unknown) => (error instanceof Error ? error.message.split('\n')[0] : String(error));

/** An addon compiled on this machine, for this very processor. */
function findBuilt(folder: string): NativeState {
  const path = join(folder, 'lottery.node');
  const note = join(folder, 'build.json');
  if (!existsSync(path) || !existsSync(note)) return no('they have not been built');
  const build = readNote<NativeBuild>(note);
  if (build === null) return no(`${note} cannot be read`);
  const against = objection(build);
  if (against !== null) return no(against);
  const processor = processorIdentity();
  if (build.processor !== processor) return no(`they were built for ${build.processor}, and this is ${processor}`);
  try {
    const addon = loadAddon(path);
    const reason = 'they were built from these sources for this processor';
    return { usable: true, path, compiler: build.compiler, reason, load: () => kernelsOf(addon) };
  } catch (error) {
    return no(`${path} does not load: ${firstLine(error)}`);
  }
}

/** Of a package of prebuilt addons, the best one that this processor can run, as the baseline addon reports it. */
export function findPackaged(folder: string): NativeState {
  const note = join(folder, 'build.json');
  const build = readNote<PackagedBuild>(note);
  if (build === null) return no(`${note} cannot be read`);
  const against = objection(build);
  if (against !== null) return no(against);
  try {
    const best = build.levels.indexOf(loadAddon(join(folder, `${build.levels[0]}.node`)).level());
    const level = build.levels[Math.max(0, best)];
    const path = join(folder, `${level}.node`);
    const addon = loadAddon(path);
    const reason = `they came prebuilt from these sources, and this processor runs those of level ${level}`;
    return { usable: true, path, compiler: build.compiler, reason, load: () => kernelsOf(addon) };
  } catch (error) {
    return no(`the prebuilt ones in ${folder} do not load: ${firstLine(error)}`);
  }
}

/** The folder of the package of prebuilt addons for this platform, where it is installed. */
function packagedFolder(): string | null {
  try {
    const name = `@lottery-lab/native-${process.platform}-${process.arch}/package.json`;
    return dirname(createRequire(import.meta.url).resolve(name));
  } catch {
    return null;
  }
}

/**
 * Looks for an addon that can be used: one that was built here, else a prebuilt one. It must be compiled from these very
 * sources, for a processor like this, and load; nothing of it is executed before the first two are known.
 */
export function findNative(folder: string = nativeFolder): NativeState {
  const built = findBuilt(folder);
  if (built.usable) return built;
  const packaged = packagedFolder();
  if (packaged === null) return built;
  const prebuilt = findPackaged(packaged);
  return prebuilt.usable || !existsSync(join(folder, 'lottery.node')) ? prebuilt : built;
}

/** One arena and the kernels on it. @throws Error when it cannot reserve 4 GiB of addresses for the arena */
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
          throw new RangeError('the arena cannot grow: it has its largest size.');
        },
      },
      // Offset 0 means an absent operand, to kernels whose bias or border is optional.
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
