import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import fc from 'fast-check';
import { serveLab } from '../../src/node/lab/index.js';
import { type Attempt, Fault, judgeMessage, type OpenDoor, type Verdict } from '../door.js';
import { makeStore, runName } from './records.js';

/** What stands in files that nobody may be given. */
const SECRET = 'nobody may be given this';
const MOST_SECONDS = 5;
const QUIET_MILLISECONDS = 300;

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly access: 'right' | 'wrong' | 'none';
  readonly headers: readonly string[];
}

const word = fc.constantFrom(
  ...['api', 'reports', 'assets', 'run', 'study', 'runs', 'studies', 'tasks', 'cells', 'overview', 'run.json'],
  ...['..', '.', '%2e%2e', '%2E%2E%2F', '..%2f', '%5c..', '\\', '%00', '%', '%zz', '%c0%ae', '', '*', 'secret.txt'],
  ...['report.html', 'linked.html', 'outside', 'index.html', 'packed.json', runName, '__proto__', 'constructor'],
);
const part = fc.oneof(
  { weight: 6, arbitrary: word },
  { weight: 1, arbitrary: fc.string({ maxLength: 8, unit: 'binary' }) },
);
const known = fc.constantFrom(
  ...['/', '/index.html', '/api/overview', '/api/events', `/api/runs/${runName}`, `/api/tasks/run/${runName}`],
  ...[`/reports/run/${runName}/report.html`, `/reports/run/${runName}/run.json`],
);
const made = fc
  .record({ parts: fc.array(part, { maxLength: 7 }), query: fc.option(part, { nil: undefined }) })
  .map(({ parts, query }) => `/${parts.join('/')}${query === undefined ? '' : `?${query}`}`);
const path = fc.oneof({ weight: 1, arbitrary: known }, { weight: 4, arbitrary: made });
const header = fc.oneof(
  fc.constantFrom(
    'Origin: http://example.org',
    'Origin: null',
    'Host: example.org',
    'Sec-Fetch-Site: cross-site',
    'Range: bytes=0-',
    'Accept-Encoding: gzip',
    'Cookie: =;;=',
    'Authorization: Bearer',
    'Content-Length: 5',
    'Transfer-Encoding: chunked',
    'Upgrade: websocket',
    'Expect: 100-continue',
  ),
  fc.string({ maxLength: 12, unit: 'binary' }).map((text) => `X-A: ${text.replaceAll(/[\r\n]/g, ' ')}`),
);
const asked: fc.Arbitrary<Asked> = fc.record({
  method: fc.oneof(
    { weight: 8, arbitrary: fc.constant('GET') },
    fc.constantFrom('HEAD', 'POST', 'OPTIONS', 'TRACE', 'X'),
  ),
  path,
  access: fc.constantFrom('right', 'right', 'right', 'wrong', 'none'),
  headers: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, fc.array(header, { maxLength: 3 })),
});

/** Everything that comes back for some bytes, until the other end closes or, as a stream of events does, says no more for a while. */
function answerTo(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect(port, '127.0.0.1', () => socket.write(Buffer.from(text, 'utf8')));
    socket.setTimeout(MOST_SECONDS * 1000, () => {
      if (chunks.length === 0) reject(new Fault(`no answer within ${MOST_SECONDS} seconds`));
      socket.destroy();
    });
    socket.on('data', (chunk) => {
      chunks.push(chunk);
      socket.setTimeout(QUIET_MILLISECONDS);
    });
    socket.on('error', () => resolve(Buffer.concat(chunks).toString()));
    socket.on('close', () => resolve(Buffer.concat(chunks).toString()));
  });
}

function judged(whole: string, { access }: Asked): Verdict {
  const answer = whole.replace(/^HTTP\/1\.1 100 Continue\r\n\r\n/, '');
  if (answer === '') return 'refused';
  const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1]);
  if (!(status >= 200)) throw new Fault(`an answer without a status: ${answer.slice(0, 200)}`);
  if (status >= 500) throw new Fault(`an answer of status ${status}: ${answer.slice(-500)}`);
  if (answer.includes(SECRET)) throw new Fault('the content of a file outside the store');
  if (status === 200 && access !== 'right')
    throw new Fault(`somebody without the secret is let in: ${answer.slice(0, 500)}`);
  const error = /\{"error":("(?:[^"\\]|\\.)*")\}/.exec(answer)?.[1];
  if (error !== undefined) judgeMessage(JSON.parse(error), '');
  return status === 200 ? 'accepted' : 'refused';
}

/** The server of the lab: whatever is asked is answered in words, with nothing of what lies outside the page and the store. */
export const openLab: OpenDoor = async ({ folder }) => {
  const place = join(folder, 'served-store');
  const { store } = await makeStore(place);
  const outside = join(folder, 'outside');
  mkdirSync(outside, { recursive: true });
  for (const file of [join(folder, 'secret.txt'), join(outside, 'report.html')]) writeFileSync(file, SECRET);
  symlinkSync(join(folder, 'secret.txt'), join(place, 'runs', runName, 'linked.html'));
  symlinkSync(outside, join(place, 'runs', 'outside'));
  writeFileSync(join(place, 'runs', runName, 'report.html'), '<p>a report</p>');
  const attempts = asked.map((one): Attempt => {
    const { method, path: address, access, headers } = one;
    const text = (port: number, token: string) =>
      [
        `${method} ${address} HTTP/1.1`,
        ...(headers.some((line) => line.startsWith('Host:')) ? [] : [`Host: 127.0.0.1:${port}`]),
        ...(access === 'none' ? [] : [`Authorization: Bearer ${access === 'right' ? token : token.toLowerCase()}`]),
        'Connection: close',
        ...headers,
        '',
        '',
      ].join('\r\n');
    return {
      files: new Map([['request.txt', Buffer.from(text(4280, 'TOKEN'))]]),
      run: async () => {
        // Each has a server of its own, so that none is left when the last input is tried.
        const server = await serveLab({ store, port: 0 });
        try {
          const token = new URL(server.url).searchParams.get('token') as string;
          return judged(await answerTo(server.port, text(server.port, token)), one);
        } finally {
          await server.close();
        }
      },
    };
  });
  return { name: 'lab', what: 'requests to the server of the lab', attempts };
};
