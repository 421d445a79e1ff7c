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
 * @param {readonly string[]} under a program that runs it, with its own words
 * @returns {Promise<{ code: number | null, killed: boolean, out: string, err: string }>}
 */
export function lottery(words, cwd, moment, under = []) {
  return new Promise((resolve, reject) => {
    const [program, ...rest] = [...under, process.execPath, main, ...words];
    const child = spawn(program, rest, {
      cwd,
      // What it is run under is killed with it.
      detached: under.length > 0,
      env: environment(),
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
    const kill = () => (under.length > 0 ? process.kill(-child.pid, 'SIGKILL') : child.kill('SIGKILL'));
    const limit = setTimeout(() => {
      kill();
      reject(new Error(`lottery ${words.join(' ')} took more than ${PATIENCE / 1000} s.`));
    }, PATIENCE);
    child.on('error', reject);
    child.on('close', (code, signal) => {
      ended = true;
      clearTimeout(limit);
      resolve({ code, killed: signal === 'SIGKILL', out, err });
    });
    moment?.(() => ended).then(() => {
      if (!ended) kill();
    }, reject);
  });
}

/** The digests that a command printed, in their order. */
export const digestsOf = ({ out }) => [...out.matchAll(/^Digest[^:]*: ([0-9a-f]{64})/gm)].map(([, digest]) => digest);

export const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
