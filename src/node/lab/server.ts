import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { escapeHtml } from '../../figures/page.js';
import { InputError } from '../../networks/errors.js';
import { packageRoot } from '../package-root.js';
import type { FileStore } from '../store/index.js';
import { isPlainName, recordPlaces } from '../store/layout.js';
import { cookieOf, foreignness, isLetIn, isSame, makeToken } from './access.js';
import { type Answer, send, sendData, sentenceAnswer } from './answer.js';
import { pageHeaders, reportHeaders } from './headers.js';
import { Interface, sentenceOf } from './interface.js';
import { fileWithin, partsOf, types } from './paths.js';
import { userOf } from './port-user.js';
import { Watch } from './watch.js';

/** The only address that is listened on: this machine's own. */
const LOOPBACK = '127.0.0.1';
/** Pages that listen for changes at once, at most. */
const MOST_LISTENERS = 64;

/** Where the built lab lies. */
export const labFolder = join(packageRoot, 'dist', 'lab');

/** A server at work. */
export interface LabServer {
  /** The address for people, with the secret in it. */
  readonly url: string;
  readonly port: number;
  /** Ends it with every connection. */
  close(): Promise<void>;
}

export interface LabServerOptions {
  readonly store: FileStore;
  /** 0: any that is free. */
  readonly port: number;
}

/**
 * Serves the built lab and a store to this machine alone.
 *
 * @throws InputError when the lab is not built, or the port cannot be used
 */
export async function serveLab({ store, port }: LabServerOptions): Promise<LabServer> {
  if ((await fileWithin(labFolder, ['index.html'])) === null) {
    throw new InputError(
      `the lab is not built: there is no ${join(labFolder, 'index.html')}; npm run build:lab makes it.`,
    );
  }
  const handler = new Handler(store);
  const server = createServer((request, response) => void handler.handle(request, response));
  server.headersTimeout = 10_000;
  server.requestTimeout = 30_000;
  server.keepAliveTimeout = 5000;
  server.maxConnections = 512;
  server.on('clientError', (_error, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
    else socket.destroy();
  });
  await listen(server, port);
  handler.port = (server.address() as AddressInfo).port;
  return {
    port: handler.port,
    url: `http://${LOOPBACK}:${handler.port}/?token=${handler.token}`,
    close: () =>
      new Promise((resolve) => {
        handler.watch.close();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', async (error: NodeJS.ErrnoException) => {
      const others = `--port 0 takes any that is free, --port ${port === 65535 ? port - 1 : port + 1} another.`;
      if (error.code === 'EADDRINUSE') {
        const user = await userOf(port);
        reject(new InputError(`port ${port} is in use${user === null ? '' : ` by ${user}`}; ${others}`));
      } else if (error.code === 'EACCES') {
        reject(new InputError(`port ${port} may not be used by you; ${others}`));
      } else reject(error);
    });
    server.listen({ host: LOOPBACK, port, exclusive: true }, resolve);
  });
}

class Handler {
  readonly token = makeToken();
  readonly watch: Watch;
  port = 0;
  readonly #store: FileStore;
  readonly #interface: Interface;

  constructor(store: FileStore) {
    this.#store = store;
    this.#interface = new Interface(store);
    this.watch = new Watch(() => this.#interface.overview(), sentenceOf);
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const answer = await this.#answer(request, response);
      if (answer !== null) await send(request, response, answer);
    } catch (error) {
      if (response.headersSent) response.destroy();
      else await send(request, response, sentenceAnswer(500, sentenceOf(error), isForData(request)));
    }
  }

  /** Null where the response is taken care of. */
  async #answer(request: IncomingMessage, response: ServerResponse): Promise<Answer | null> {
    const isData = isForData(request);
    const refuse = (status: number, sentence: string) => sentenceAnswer(status, sentence, isData);
    const foreign = foreignness(request, this.port);
    if (foreign !== null) return refuse(403, foreign);
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      const refused = refuse(405, 'This server only shows: it takes GET and HEAD.');
      return { ...refused, headers: { ...refused.headers, allow: 'GET, HEAD' } };
    }
    const [path, query = ''] = (request.url ?? '').split(/\?(.*)/s);
    const token = path === '/' ? new URLSearchParams(query).get('token') : null;
    if (token !== null && isSame(token, this.token)) return this.#welcome();
    if (token !== null || !isLetIn(request, this.port, this.token)) {
      return refuse(
        403,
        'This page needs the whole address that lottery lab printed, with its token; each start of lottery lab makes a new one.',
      );
    }
    const parts = partsOf(path);
    if (parts === null) return refuse(400, 'That is not an address of this server.');
    const [room, ...rest] = parts;
    if (room === 'api' && rest.length === 1 && rest[0] === 'events') {
      if (request.method === 'HEAD') return refuse(405, 'Events are for GET.');
      if (this.watch.listeners >= MOST_LISTENERS) return refuse(503, 'Too many pages listen for changes; close some.');
      this.watch.add(response);
      return null;
    }
    if (room === 'api') {
      const answer = await this.#interface.answer(rest);
      if ('status' in answer) return answer;
      await sendData(request, response, answer.value);
      return null;
    }
    return (
      (room === 'reports' ? await this.#report(rest) : await this.#built(parts)) ??
      refuse(404, 'There is nothing here.')
    );
  }

  /** Leads on to the address without the token, so that it stays in no history and no picture of the screen. */
  #welcome(): Answer {
    const { headers } = sentenceAnswer(303, '', false);
    return {
      status: 303,
      headers: { ...headers, location: './', 'set-cookie': cookieOf(this.port, this.token) },
      body: '',
    };
  }

  async #built(parts: readonly string[]): Promise<Answer | null> {
    const isPage = parts.length === 1 && (parts[0] === '' || parts[0] === 'index.html');
    const file = await fileWithin(labFolder, isPage ? ['index.html'] : parts);
    const type = file === null ? undefined : types[extname(file)];
    if (file === null || type === undefined) return null;
    const isHashed = parts[0] === 'assets' && /-[\w-]{8}\.\w+$/.test(file);
    const body = await readFile(file);
    return {
      status: 200,
      headers: {
        ...pageHeaders,
        'content-type': type,
        'cache-control': isHashed ? 'private, max-age=31536000, immutable' : 'no-store',
      },
      body: isPage ? withServer(body.toString(), this.#store.folder) : body,
    };
  }

  /** @param parts `run` or `study`, a record's name, and a file of its folder */
  async #report([kind, name = '', ...file]: readonly string[]): Promise<Answer | null> {
    if ((kind !== 'run' && kind !== 'study') || !isPlainName(name) || file.length === 0) return null;
    const folder = recordPlaces[kind].folder(this.#store.folder, name);
    const own = await fileWithin(folder, file);
    // Neither may the record's folder itself be a link that leads out of the store.
    const found = own && (await fileWithin(this.#store.folder, [kind === 'run' ? 'runs' : 'studies', name, ...file]));
    const type = found === null ? undefined : types[extname(found)];
    if (found === null || type === undefined) return null;
    return { status: 200, headers: { ...reportHeaders, 'content-type': type }, body: await readFile(found) };
  }
}

const isForData = ({ url = '' }: IncomingMessage): boolean => url.startsWith('/api/');

/** The page, told that a server is behind it, and of which store: a static host says nothing, and is asked for nothing. */
const withServer = (page: string, store: string): string =>
  page.replace('<head>', () => `<head>\n    <meta name="lottery-store" content="${escapeHtml(store)}" />`);
