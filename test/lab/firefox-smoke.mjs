// Drives Firefox by WebDriver BiDi: opens an address of the lab, trains the experiment in it, prints what the page says at its end.
// A process of its own, since Node 20 has a WebSocket by a flag alone.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const [executable, address] = process.argv.slice(2);
const PATIENCE = 120_000;
const profile = mkdtempSync(join(tmpdir(), 'lottery-firefox-'));
const firefox = spawn(
  executable,
  ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port', '0', 'about:blank'],
  { env: { ...process.env, HOME: profile, MOZ_HEADLESS: '1' }, stdio: ['ignore', 'ignore', 'pipe'] },
);
const timer = setTimeout(() => firefox.kill('SIGKILL'), PATIENCE);

/** The address that Firefox says it can be driven at. */
async function endpoint() {
  let said = '';
  for await (const chunk of firefox.stderr) {
    said += chunk;
    const found = /ws:\/\/[\w.:[\]]+/.exec(said);
    if (found !== null) return found[0];
  }
  throw new Error(`Firefox ended before it could be driven: ${said.slice(-500)}`);
}

async function connect(url) {
  const socket = new WebSocket(`${url}/session`);
  await once(socket, 'open');
  const waiting = new Map();
  const errors = [];
  let count = 0;
  socket.addEventListener('message', ({ data }) => {
    const message = JSON.parse(data);
    if (message.id !== undefined) waiting.get(message.id)(message);
    else if (message.params?.level === 'error') errors.push(message.params.text);
  });
  const send = async (method, params = {}) => {
    count++;
    const answered = new Promise((resolve) => waiting.set(count, resolve));
    socket.send(JSON.stringify({ id: count, method, params }));
    const { result, error, message } = await answered;
    if (error !== undefined) throw new Error(`${method}: ${error}: ${message}`);
    return result;
  };
  return { send, errors };
}

try {
  const { send, errors } = await connect(await endpoint());
  await send('session.new', { capabilities: {} });
  await send('session.subscribe', { events: ['log.entryAdded'] });
  const { contexts } = await send('browsingContext.getTree');
  const { context } = contexts[0];
  await send('browsingContext.navigate', { context, url: address, wait: 'complete' });
  const ask = async (expression) => {
    const { result } = await send('script.evaluate', { expression, target: { context }, awaitPromise: true });
    return result?.value;
  };
  const until = async (expression) => {
    for (;;) {
      const value = await ask(expression);
      if (value) return value;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  };
  await until(`document.querySelector('button.main') !== null`);
  await ask(`document.querySelector('button.main').click()`);
  const digest = await until(`document.querySelector('.digest code')?.textContent ?? null`);
  const isolated = await ask('crossOriginIsolated');
  process.stdout.write(`${JSON.stringify({ digest, isolated, errors })}\n`);
} finally {
  clearTimeout(timer);
  firefox.kill('SIGKILL');
  if (firefox.exitCode === null && firefox.signalCode === null) await once(firefox, 'exit');
  rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
}
process.exit(0);
