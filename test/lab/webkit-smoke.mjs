// Drives WebKitGTK, the engine of Safari, by WebDriver on a display in memory: opens an address of the lab, trains the experiment in it,
// prints what the page says at its end.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const [browser, address] = process.argv.slice(2);
const PATIENCE = 120_000;
const home = mkdtempSync(join(tmpdir(), 'lottery-webkit-'));
const started = [];
const end = () => {
  for (const { pid } of started) {
    try {
      // With what it started itself: each leads a group of its own.
      process.kill(-pid, 'SIGKILL');
    } catch {}
  }
};
const giveUp = () => {
  end();
  process.exit(1);
};
const timer = setTimeout(giveUp, PATIENCE);
process.on('SIGTERM', giveUp);
process.on('SIGINT', giveUp);

function start(program, words, options) {
  const child = spawn(program, words, { detached: true, stdio: 'ignore', ...options });
  started.push(child);
  return child;
}

/** A display that no screen shows, by the number that it says it took. */
async function display() {
  const server = start('Xvfb', ['-displayfd', '3', '-screen', '0', '1200x900x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const [number] = await once(server.stdio[3], 'data');
  return `:${String(number).trim()}`;
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** What a command of WebDriver gives. */
async function command(url, body) {
  const response = await fetch(url, body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) });
  const { value } = await response.json();
  if (!response.ok) throw new Error(`${url}: ${value?.error}: ${value?.message}`);
  return value;
}

const soon = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function ready(url) {
  for (;;) {
    try {
      return await command(`${url}/status`);
    } catch {
      await soon(100);
    }
  }
}

try {
  const port = await freePort();
  const driver = `http://127.0.0.1:${port}`;
  const env = { ...process.env, HOME: home, XDG_RUNTIME_DIR: home, DISPLAY: await display(), GDK_BACKEND: 'x11' };
  start('WebKitWebDriver', ['--host=127.0.0.1', `--port=${port}`], { env });
  await ready(driver);
  const options = { binary: browser, args: ['--automation'] };
  const capabilities = { alwaysMatch: { 'webkitgtk:browserOptions': options } };
  const { sessionId, capabilities: given } = await command(`${driver}/session`, { capabilities });
  const session = `${driver}/session/${sessionId}`;
  await command(`${session}/url`, { url: address });
  const ask = (script) => command(`${session}/execute/sync`, { script: `return ${script}`, args: [] });
  const until = async (script) => {
    for (;;) {
      const value = await ask(script);
      if (value) return value;
      await soon(250);
    }
  };
  await until(`document.querySelector('button.main:not([disabled])') !== null`);
  await ask(`document.querySelector('button.main').click()`);
  const digest = await until(`document.querySelector('.digest code')?.textContent ?? null`);
  const [isolated, errors] = [
    await ask('crossOriginIsolated'),
    await ask(`[...document.querySelectorAll('.error')].map((one) => one.textContent).filter((text) => text !== '')`),
  ];
  const version = given.browserVersion;
  process.stdout.write(`${JSON.stringify({ digest, isolated, errors, version })}\n`);
} finally {
  clearTimeout(timer);
  end();
  rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}
process.exit(0);
