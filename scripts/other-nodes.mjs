// Trains two cells of the quickstart under other versions of Node, and compares their digests with those of the Node that runs this.
//
//   node scripts/other-nodes.mjs                Node 22 and 24, from the npm packages that carry their binaries
//   node scripts/other-nodes.mjs '<command>'    what starts a Node, such as 'qemu-aarch64-static arm64/bin/node'
//   ... --set iterations=50                     other settings of the run, as `lottery run` takes them, for what is slow
//
// A Node that npm does not deliver, or that does not run on this system, is skipped, with a line that says so.
import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const versions = [22, 24];
const words = process.argv.slice(2);
const options = words.findIndex((word) => word.startsWith('--'));
const settings = options < 0 ? [] : words.slice(options);
const given = (options < 0 ? words : words.slice(0, options)).map((text) => text.split(' '));
const command = fileURLToPath(new URL('../dist/bin/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'lottery-nodes-'));
const start = promisify(execFile);
let stores = 0;

/** The digests of the dense network and of its first ticket, trained by the kernels in WebAssembly. */
async function digestsUnder([program, ...before]) {
  const store = join(folder, `store-${stores++}`);
  const quickstart = ['quickstart', '--trials', '1', '--levels', '2', '--set', 'controls.reinitialise=0'];
  const rest = ['--workers', '1', '--store', store, '--no-report', '--json'];
  const env = { ...process.env, LOTTERY_KERNELS: 'wasm' };
  const { stdout } = await start(program, [...before, command, 'run', ...quickstart, ...settings, ...rest], { env });
  return JSON.parse(stdout).cells.map(({ condition, digest }) => `${condition} ${digest}`);
}

/** What the words of a command start, or null where they start nothing here. */
function versionOf([program, ...before]) {
  const { status, stdout } = spawnSync(program, [...before, '--version'], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : null;
}

/** The words that start a version of Node; null where its package cannot be got. */
function fetched(version) {
  const name = `node-${process.platform}-${process.arch}@${version}`;
  try {
    const quick = ['--fetch-retries', '0', '--fetch-timeout', '60000'];
    const text = execFileSync('npm', ['pack', name, '--json', '--pack-destination', folder, ...quick], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const place = join(folder, String(version));
    mkdirSync(place);
    execFileSync('tar', ['-xzf', join(folder, JSON.parse(text)[0].filename), '-C', place, 'package/bin/node']);
    return [join(place, 'package', 'bin', 'node')];
  } catch {
    console.log(`Node ${version}: skipped: could not get ${name} from npm.`);
    return null;
  }
}

try {
  const others = given.length > 0 ? given : versions.map(fetched).filter((starting) => starting !== null);
  const running = others.flatMap((starting) => {
    const version = versionOf(starting);
    if (version !== null) return [{ version, starting }];
    console.log(`${starting.join(' ')}: skipped: it does not run on this system.`);
    return [];
  });
  const all = running.length > 0 ? [[process.execPath], ...running.map(({ starting }) => starting)] : [];
  const [expected, ...found] = await Promise.all(all.map(digestsUnder));
  for (const [place, { version }] of running.entries()) {
    if (String(found[place]) === String(expected)) {
      console.log(`Node ${version}: the same digests as ${process.version}.`);
    } else {
      process.exitCode = 1;
      console.error(`Node ${version}: other digests than ${process.version}.`);
      console.error(`  expected ${expected.join(', ')}\n  found    ${found[place].join(', ')}`);
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
