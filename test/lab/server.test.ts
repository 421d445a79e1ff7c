import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fromWire, type StoreOverview } from '../../src/laboratory/index.js';
import { labFolder } from '../../src/node/lab/index.js';
import { commandIn, type Finished, main, runTiny, withoutPlaces } from '../fixtures/command.js';
import { until } from '../until.js';

const { lottery, path } = commandIn('lab');

interface Served {
  readonly port: number;
  readonly token: string;
  readonly pid: number;
  stop(signal?: NodeJS.Signals): Promise<Finished>;
}

/** The command, serving, once it has said where. */
async function serve(store: string): Promise<Served> {
  const child = spawn(process.execPath, [main, 'lab', '--store', store, '--port', '0', '--json'], {
    cwd: path(),
    env: withoutPlaces(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  const ended = new Promise<Finished>((resolve) =>
    child.on('close', (code, signal) => resolve({ code, signal, out, err })),
  );
  await until(() => out.includes('\n') || child.exitCode !== null);
  const url = new URL(JSON.parse(out).url);
  return {
    port: Number(url.port),
    token: url.searchParams.get('token') as string,
    pid: child.pid as number,
    stop(signal = 'SIGTERM') {
      child.kill(signal);
      return ended;
    },
  };
}

interface Got {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: Buffer;
  readonly text: string;
}

/** An address as it is written here: nothing of it is tidied up. */
const ask = ({ port }: Served, address: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Got> =>
  new Promise((resolve, reject) => {
    const asking = request({ host: '127.0.0.1', port, path: address, method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const body = Buffer.concat(chunks);
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body, text: body.toString() });
      });
    });
    asking.on('error', reject);
    asking.end();
  });

/** Overviews as the server sends them, until there are enough. */
const listen = (
  { port }: Served,
  headers: Record<string, string>,
  isEnough: (overviews: readonly StoreOverview[]) => boolean,
): Promise<readonly StoreOverview[]> =>
  new Promise((resolve, reject) => {
    const asking = request({ host: '127.0.0.1', port, path: '/api/events', headers, agent: false }, (response) => {
      expect(response.headers['content-type']).toContain('text/event-stream');
      let text = '';
      response.on('data', (chunk) => {
        text += chunk;
        const seen = [...text.matchAll(/^event: overview\ndata: (.*)\n\n/gm)].map((one) => fromWire(one[1]));
        if (!isEnough(seen as StoreOverview[])) return;
        asking.destroy();
        resolve(seen as StoreOverview[]);
      });
      response.on('end', () => reject(new Error('the stream ended')));
    });
    asking.on('error', reject);
    asking.end();
  });

const wasBuilt = existsSync(labFolder);
let served: Served;
let own: Record<string, string>;
let run: string;

beforeAll(async () => {
  // The page itself is not what is tested here: where it is not built, anything stands for it.
  if (!wasBuilt) {
    mkdirSync(labFolder, { recursive: true });
    writeFileSync(`${labFolder}/index.html`, '<!doctype html><html><head></head></html>');
  }
  const made = await lottery(runTiny('store').filter((word) => word !== '--no-report'));
  expect(made.code, made.err).toBe(0);
  [run] = readdirSync(path('store', 'runs'));
  writeFileSync(path('secret.html'), 'secret');
  symlinkSync(path('secret.html'), path('store', 'runs', run, 'linked.html'));
  mkdirSync(path('elsewhere'));
  writeFileSync(path('elsewhere', 'report.html'), 'secret');
  symlinkSync(path('elsewhere'), path('store', 'runs', 'outside'));
  served = await serve('store');
  own = { authorization: `Bearer ${served.token}` };
});

afterAll(async () => {
  await served?.stop();
  if (!wasBuilt) rmSync(labFolder, { recursive: true });
});

describe('who is let in', () => {
  it('exchanges the token for a cookie, and leads to the address without it', async () => {
    expect(served.token).toMatch(/^[\w-]{43}$/);
    const first = await ask(served, `/?token=${served.token}`);
    expect(first).toMatchObject({ status: 303, headers: { location: './' } });
    const cookie = String(first.headers['set-cookie']);
    expect(cookie).toMatch(new RegExp(`^lottery-lab-${served.port}=.*; Path=/; HttpOnly; SameSite=Strict$`));
    const page = await ask(served, '/', { cookie: `other=1; ${cookie.split(';')[0]}` });
    expect(page.status).toBe(200);
    expect(page.text).toContain(`<meta name="lottery-store" content="${path('store')}" />`);
    expect(page.headers).toMatchObject({
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
      'cross-origin-resource-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
    });
    expect(page.headers['content-security-policy']).toContain("script-src 'self' 'wasm-unsafe-eval';");
  });

  it('refuses whoever has no token or a wrong one, in words', async () => {
    const wrong = 'A'.repeat(43);
    const tries: [string, Record<string, string>][] = [
      ['/', {}],
      ['/api/overview', {}],
      ['/api/events', {}],
      [`/reports/run/${run}/report.html`, {}],
      [`/?token=${wrong}`, {}],
      [`/?token=${wrong}`, own],
      [`/api/overview?token=${served.token}`, {}],
      ['/', { cookie: `lottery-lab-${served.port}=${wrong}` }],
      ['/', { cookie: `lottery-lab-${served.port + 1}=${served.token}` }],
      ['/', { authorization: `Bearer ${wrong}` }],
      ['/', { authorization: `Bearer ${served.token.slice(0, -1)}` }],
    ];
    for (const [address, headers] of tries) {
      const { status, text } = await ask(served, address, headers);
      expect(status, address).toBe(403);
      expect(text, address).toContain('lottery lab printed');
    }
    expect(fromWire((await ask(served, '/api/overview')).text)).toEqual({ error: expect.any(String) });
  });

  it('refuses other sites, even with the token', async () => {
    const host = `127.0.0.1:${served.port}`;
    const foreigners: Record<string, string>[] = [
      { host: 'evil.example' },
      { host: `evil.example:${served.port}` },
      { host: '127.0.0.1' },
      { host: `127.0.0.1:${served.port + 1}` },
      { origin: 'http://evil.example' },
      { origin: 'null' },
      { origin: `http://localhost:${served.port}` },
      { origin: `https://${host}` },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ];
    for (const foreign of foreigners) {
      expect((await ask(served, '/api/overview', { ...own, ...foreign })).status, JSON.stringify(foreign)).toBe(403);
      const token = await ask(served, `/?token=${served.token}`, foreign);
      expect(token.status, JSON.stringify(foreign)).toBe(403);
      expect(token.headers['set-cookie']).toBeUndefined();
    }
    const friends: Record<string, string>[] = [
      { host: `localhost:${served.port}` },
      { host: `[::1]:${served.port}` },
      { origin: `http://${host}`, 'sec-fetch-site': 'same-origin' },
    ];
    for (const fine of friends) {
      expect((await ask(served, '/api/overview', { ...own, ...fine })).status).toBe(200);
    }
  });

  it('takes nothing but GET and HEAD', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
      expect(await ask(served, '/api/overview', own, method)).toMatchObject({
        status: 405,
        headers: { allow: 'GET, HEAD' },
      });
    }
    expect(await ask(served, '/', own, 'HEAD')).toMatchObject({ status: 200, text: '' });
  });

  it.runIf(process.platform === 'linux')('listens on loopback alone', () => {
    const hex = served.port.toString(16).toUpperCase().padStart(4, '0');
    const listening = ['/proc/net/tcp', '/proc/net/tcp6']
      .flatMap((file) => readFileSync(file, 'utf8').split('\n'))
      .map((line) => line.trim().split(/\s+/))
      .filter(([, local, , state]) => state === '0A' && local.endsWith(`:${hex}`))
      .map(([, local]) => local);
    expect(listening).toEqual([`0100007F:${hex}`]);
  });
});

describe('what is served', () => {
  it('never lies outside the build and the store', async () => {
    const report = `/reports/run/${run}`;
    for (const address of [
      '/../package.json',
      '/assets/../../../package.json',
      '/%2e%2e/package.json',
      '/..%2f..%2fpackage.json',
      '/%2e%2e%2f%2e%2e%2fpackage.json',
      '/%252e%252e%252fpackage.json',
      '/..\\..\\package.json',
      '/..%5c..%5cpackage.json',
      '/index.html%00.js',
      '//etc/passwd',
      '/%2fetc%2fpasswd',
      '/%',
      '/assets',
      `${report}/../../../../secret.html`,
      `${report}/..%2f..%2f..%2fsecret.html`,
      `${report}/linked.html`,
      '/reports/run/outside/report.html',
      `/reports/run/..%2fruns%2f${run}/report.html`,
      '/reports/cells/x/report.html',
      report,
    ]) {
      const { status, text } = await ask(served, address, own);
      expect([400, 404], `${address} ${status}`).toContain(status);
      expect(text).not.toMatch(/secret|"name"|root:|^ +at /m);
    }
    expect((await ask(served, 'http://evil.example/', own)).status).toBe(400);
    for (const address of ['/api/runs/..%2f..', '/api/cells/..', '/api/runs/', '/api/cells/%ff', '/api/nothing']) {
      expect([400, 404]).toContain((await ask(served, address, own)).status);
    }
  });

  it('serves a report, of an origin of its own', async () => {
    const { status, headers, text } = await ask(served, `/reports/run/${run}/report.html`, own);
    expect(status).toBe(200);
    expect(text).toBe(readFileSync(path('store', 'runs', run, 'report.html'), 'utf8'));
    expect(headers['content-security-policy']).toMatch(/^sandbox allow-scripts allow-downloads; default-src 'none';/);
    expect(headers['content-security-policy']).not.toContain('allow-same-origin');
  });

  it('tells of runs, their tasks and their cells, and says what is absent', async () => {
    const data = async (address: string) => fromWire((await ask(served, address, own)).text) as never;
    const overview: StoreOverview & { reports: unknown } = await data('/api/overview');
    expect(overview.reports).toEqual([{ kind: 'run', name: run }]);
    expect(overview.records[0]).toMatchObject({ name: run, cells: { all: 10, finished: 10 } });
    const results: { cells: { id: string }[] } = await data(`/api/runs/${run}`);
    expect(results.cells).toHaveLength(10);
    const tasks: { id: string; isFinished: boolean }[] = await data(`/api/tasks/run/${run}`);
    expect(tasks.map(({ id }) => id).sort()).toEqual(results.cells.map(({ id }) => id).sort());
    expect(tasks.every(({ isFinished }) => isFinished)).toBe(true);
    const cell: { ancestors: unknown[] } = await data(`/api/cells/${tasks.at(-1)?.id}`);
    expect(cell.ancestors.length).toBeGreaterThan(0);
    expect(await data('/api/runs/none')).toEqual({ error: 'there is no run called none.' });
    expect((await ask(served, '/api/cells/abcd', own)).status).toBe(404);
    const packed = await ask(served, `/api/runs/${run}`, { ...own, 'accept-encoding': 'gzip' });
    expect(packed.headers['content-encoding']).toBe('gzip');
    expect(fromWire(gunzipSync(packed.body).toString())).toEqual(results);
  });

  it('brings NaN back as NaN', async () => {
    const rate = ['--set', 'optimiser={name: sgd, lr: 1e30}', '--trials', '1', '--levels', '1'];
    const made = await lottery(runTiny('diverging', ...rate));
    expect(made.code, made.err).toBe(0);
    const other = await serve('diverging');
    const [name] = readdirSync(path('diverging', 'runs'));
    const got = await ask(other, `/api/runs/${name}`, { authorization: `Bearer ${other.token}` });
    const { cells } = fromWire(got.text) as { cells: { status: string; end: object; history: object }[] };
    expect(cells.map(({ status }) => status)).toContain('diverged');
    const numbers = JSON.stringify(cells, (_, value) =>
      typeof value === 'number' && !Number.isFinite(value) ? 'not finite' : value,
    );
    expect(numbers).toContain('not finite');
    await other.stop();
  });
});

describe('lottery lab', () => {
  it('shows a run that another process trains in a store that was not there, and ends at once at Ctrl-C', async () => {
    const other = await serve('growing');
    const bearer = { authorization: `Bearer ${other.token}` };
    const finished = (overview?: StoreOverview) => overview?.records[0]?.cells.finished ?? 0;
    const growing = listen(other, bearer, (seen) => finished(seen.at(-1)) === 10);
    await until(async () => (await ask(other, '/api/overview', bearer)).status === 200);
    const slower = ['--set', 'iterations=2000', '--set', 'evaluateEvery=1000', '--workers', '1'];
    const [made, seen] = await Promise.all([lottery(runTiny('growing', ...slower)), growing]);
    expect(made.code, made.err).toBe(0);
    expect(seen[0].records).toEqual([]);
    expect(new Set(seen.map(finished)).size).toBeGreaterThan(2);
    // A page that still listens holds nothing up.
    const ended = listen(other, bearer, () => false).catch((error: Error) => error.message);
    await new Promise((resolve) => setTimeout(resolve, 200));
    const began = performance.now();
    const { code, err } = await other.stop('SIGINT');
    expect(performance.now() - began).toBeLessThan(2000);
    expect(code).toBe(0);
    expect(err).toMatch(/^note: there is no .*growing yet/);
    expect(await ended).toMatch(/the stream ended|aborted|hang up|ECONNRESET/);
  });

  it('refuses a port in use, a store of a later format, and what is no port', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await until(() => other.listening);
    const { port } = other.address() as { port: number };
    const taken = await lottery(['lab', '--store', 'store', '--port', String(port)]);
    other.close();
    expect(taken.code).toBe(1);
    expect(taken.err).toMatch(new RegExp(`port ${port} is in use.*--port 0 takes any that is free`));
    if (process.platform === 'linux') expect(taken.err).toContain(`(process ${process.pid})`);
    mkdirSync(path('later'));
    writeFileSync(path('later', 'store.json'), '{"format": 99}');
    const later = await lottery(['lab', '--store', 'later']);
    expect(later).toMatchObject({ code: 1, out: '', err: expect.stringContaining('says format 99') });
    const wrong = await lottery(['lab', '--port', '70000']);
    expect(wrong).toMatchObject({ code: 2, err: expect.stringContaining('from 0 to 65535') });
  });
});
