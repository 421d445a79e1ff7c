// Makes the package of prebuilt native kernels for this platform, as docs/releasing.md describes: an addon for each level of
// processor, of which the best that a machine can run is taken when it is loaded.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { kernelSources } from './kernel-sources.mjs';
import { compileAddon, findCompiler, root } from './native-compiler.mjs';

/** Flags of each level: those that psABI names for x86-64, and what every 64-bit ARM processor has. */
const levels = {
  x64: { baseline: ['-march=x86-64'], avx2: ['-march=x86-64-v3'], avx512: ['-march=x86-64-v4'] },
  arm64: { baseline: [] },
};

const wanted = levels[process.arch];
if (wanted === undefined) {
  process.stderr.write(
    `There are no processor levels for ${process.arch}; expected ${Object.keys(levels).join(' or ')}.\n`,
  );
  process.exit(1);
}
const { version, license } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const out = resolve(process.argv[2] ?? join(root, 'native', 'package'));
const compiler = findCompiler();
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
for (const [level, flags] of Object.entries(wanted)) compileAddon(compiler, join(out, `${level}.node`), flags);
const platform = `${process.platform} ${process.arch}`;
const build = {
  sources: kernelSources(root).digest,
  platform,
  compiler: compiler.version,
  levels: Object.keys(wanted),
};
const manifest = {
  name: `@lottery-lab/native-${process.platform}-${process.arch}`,
  version,
  description: `Native kernels of Lottery Lab for ${platform}.`,
  license,
  os: [process.platform],
  cpu: [process.arch],
  files: ['*.node', 'build.json'],
};
writeFileSync(join(out, 'build.json'), `${JSON.stringify(build, null, 2)}\n`);
writeFileSync(join(out, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
process.stderr.write(`${manifest.name} ${version}: ${build.levels.join(', ')}, in ${out}\n`);
