// The built command, in processes of its own, which may be killed.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../dist/bin/main.js', import.meta.url));

/** Longest that a command may take, in milliseconds; one that takes longer has failed. */
const PATIENCE = 120_000;

function environment() {
  const { LOTTERY_STORE: _store, LOTTERY_DATA: _data, LOTTERY_DEBUG: _debug, ...rest } = process.env;
  return rest;
}

/**
 * Runs the command to its end, or to the moment at which it is killed.
 *
 * @param {readonly string[]} words after `lottery`
 * @param {string} cwd
 * @param {(() => Promise<void>) | undefined} moment resolves when the command is to be killed
 * @param {Readonly<Record<string, string>>} variables of its environment, besides this one's
 * @returns {Promise<{ code: number | null, killed: boolean, out: string, err: string }>}
 */
export function lottery(words, cwd, moment, variables = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [main, ...words], {
      cwd,
      env: { ...environment(), ...variables },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let out = '';
    let err = '';
    let ended = false;
    child.stdout.on('data', (chunk) => {
      out += chunk;
    });
    child.stderr.on('data', (chunk) => {
      err += chunk;
    });
    const limit = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`lottery ${words.join(' ')} took more than ${PATIENCE / 1000} s.`));
    }, PATIENCE);
    child.on('error', reject);
    child.on('close', (code, signal) => {
      ended = true;
      clearTimeout(limit);
      resolve({ code, killed: signal === 'SIGKILL', out, err });
    });
    moment?.(() => ended).then(() => {
      if (!ended) child.kill('SIGKILL');
    }, reject);
  });
}

/** The digests that a command printed, in their order. */
export const digestsOf = ({ out }) => [...out.matchAll(/^Digest[^:]*: ([0-9a-f]{64})/gm)].map(([, digest]) => digest);

export const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
