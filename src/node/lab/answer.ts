import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { PassThrough, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setImmediate as othersTurn } from 'node:timers/promises';
import { promisify } from 'node:util';
import { createGzip, gzip } from 'node:zlib';
import { escapeHtml } from '../../figures/page.js';
import { toWire, wirePieces } from '../../laboratory/index.js';
import { pageHeaders } from './headers.js';

const compress = promisify(gzip);

/** Bytes from which an answer is compressed. */
const WORTH_COMPRESSING = 1400;

/** What is answered. */
export interface Answer {
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  readonly body: string | Uint8Array;
}

/** Sends an answer, compressed off this thread where that is asked for and text. */
export async function send(request: IncomingMessage, response: ServerResponse, answer: Answer): Promise<void> {
  let body: Uint8Array = typeof answer.body === 'string' ? Buffer.from(answer.body) : answer.body;
  const headers: OutgoingHttpHeaders = { ...answer.headers };
  if (/^(text|application|image\/svg)/.test(String(headers['content-type']))) {
    headers.vary = 'Accept-Encoding';
    if (body.length >= WORTH_COMPRESSING && /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''))) {
      body = await compress(body, { level: 3 });
      headers['content-encoding'] = 'gzip';
    }
  }
  headers['content-length'] = body.length;
  response.writeHead(answer.status, headers);
  response.end(request.method === 'HEAD' ? undefined : body);
}

/** Milliseconds of writing data after which others have their turn, and characters that are passed on together. */
const SLICE = 10;
const CHUNK = 65_536;

/** Plain data as the interface sends it, written while it is sent, so that a large run does not keep others waiting. */
export async function sendData(request: IncomingMessage, response: ServerResponse, value: unknown): Promise<void> {
  const { headers } = dataAnswer(200, null);
  const isPacked = /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''));
  response.writeHead(200, { ...headers, vary: 'Accept-Encoding', ...(isPacked && { 'content-encoding': 'gzip' }) });
  if (request.method === 'HEAD') response.end();
  else {
    const packing = isPacked ? createGzip({ level: 3 }) : new PassThrough();
    await pipeline(Readable.from(chunksOf(value), { objectMode: false }), packing, response);
  }
}

async function* chunksOf(value: unknown): AsyncGenerator<Buffer> {
  let chunk = '';
  let began = performance.now();
  for (const piece of wirePieces(value)) {
    chunk += piece;
    if (chunk.length >= CHUNK) {
      yield Buffer.from(chunk);
      chunk = '';
    }
    if (performance.now() - began < SLICE) continue;
    await othersTurn();
    began = performance.now();
  }
  yield Buffer.from(chunk);
}

/** Plain data of the interface. */
export const dataAnswer = (status: number, value: unknown): Answer => ({
  status,
  headers: { ...pageHeaders, 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' },
  body: toWire(value),
});

/** A sentence on what went wrong: data for the interface, a small page for people. */
export function sentenceAnswer(status: number, sentence: string, isData: boolean): Answer {
  if (isData) return dataAnswer(status, { error: sentence });
  return {
    status,
    headers: { ...pageHeaders, 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' },
    body: `<!doctype html>
<html lang="en">
<meta charset="utf-8" />
<meta name="viewport" content="width=device-width, initial-scale=1" />
<meta name="color-scheme" content="light dark" />
<title>Lottery Lab</title>
<body style="font: 1rem/1.5 system-ui, sans-serif; max-width: 40rem; margin: 3rem auto; padding: 0 1rem">
<main><h1>Lottery Lab</h1><p>${escapeHtml(sentence)}</p></main>
</body>
</html>
`,
  };
}
