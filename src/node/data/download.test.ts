import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../../../test/until.js';
import type { CatalogueEntry, CatalogueFile } from '../../data/catalogue.js';
import { type DownloadProgress, downloadFile } from './download.js';

const content = Uint8Array.from({ length: 300_000 }, (_, i) => (i * 7919) >> 3);
const file: CatalogueFile = {
  name: 'digits.gz',
  role: 'train-images',
  sha256: createHash('sha256').update(content).digest('hex'),
  md5: null,
};

let folder: string;
let servers: Server[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lottery-download-'));
  servers = [];
});
afterEach(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  rmSync(folder, { recursive: true, force: true });
});

/** A mirror on the loopback interface that answers as configured; returns its address and the requests it had. */
async function mirror(answer: RequestListener): Promise<{ address: string; ranges: (string | undefined)[] }> {
  const ranges: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    ranges.push(request.headers.range);
    answer(request, response);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, ranges };
}

const entryOf = (...mirrors: string[]): CatalogueEntry => ({
  name: 'digits',
  description: '',
  shape: { channels: 1, height: 28, width: 28 },
  classes: 10,
  classNames: [],
  normalisation: { mean: [0], deviation: [1] },
  files: [file],
  mirrors,
  citation: '',
});

/** Serves ranges as a good server does. */
const good: RequestListener = (request, response) => {
  const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
  if (from >= content.length) {
    response.writeHead(416).end();
    return;
  }
  const body = content.subarray(from);
  response.writeHead(from > 0 ? 206 : 200, { 'content-length': body.length });
  response.end(body);
};

const part = () => join(folder, `${file.name}.part`);
const sizeOfPart = () => statSync(part(), { throwIfNoEntry: false })?.size ?? 0;
const fetched = (entry: CatalogueEntry, options = {}) => downloadFile(entry, file, folder, options);
const expectWhole = (path: string) => expect(Buffer.compare(readFileSync(path), content)).toBe(0);

describe('a download', () => {
  it('arrives whole, reports progress, and leaves nothing else behind', async () => {
    const { address } = await mirror(good);
    const seen: DownloadProgress[] = [];
    const path = await fetched(entryOf(address), { onProgress: (progress: DownloadProgress) => seen.push(progress) });
    expectWhole(path);
    expect(seen.at(-1)).toEqual({ file: file.name, received: content.length, total: content.length });
    expect(existsSync(part())).toBe(false);
  });

  it('resumes from the part that is there', async () => {
    writeFileSync(part(), content.subarray(0, 123_456));
    const { address, ranges } = await mirror(good);
    const totals: (number | null)[] = [];
    const path = await fetched(entryOf(address), { onProgress: ({ total }: DownloadProgress) => totals.push(total) });
    expectWhole(path);
    expect(ranges).toEqual(['bytes=123456-']);
    expect(new Set(totals)).toEqual(new Set([content.length]));
  });

  it('starts again where the server takes no ranges, and does not append the file to its own half', async () => {
    writeFileSync(part(), content.subarray(0, 1000));
    const { address } = await mirror((_, response) => response.writeHead(200).end(content));
    expectWhole(await fetched(entryOf(address)));
  });

  it('takes what is whole already', async () => {
    writeFileSync(part(), content);
    const { address } = await mirror(good);
    expectWhole(await fetched(entryOf(address)));
  });

  it('throws a wrong remainder away and gets the file from its beginning', async () => {
    writeFileSync(part(), new Uint8Array(5000).fill(1));
    const { address, ranges } = await mirror(good);
    expectWhole(await fetched(entryOf(address)));
    expect(ranges).toEqual(['bytes=5000-', undefined]);
  });

  it('goes to the next mirror when one has it not', async () => {
    const empty = await mirror((_, response) => response.writeHead(404).end());
    const { address } = await mirror(good);
    expectWhole(await fetched(entryOf(empty.address, address)));
    expect(empty.ranges).toHaveLength(1);
  });

  it('survives a server that dies midway, and asks the next one for the rest', async () => {
    const dying = await mirror((_, response) => {
      response.writeHead(200, { 'content-length': content.length });
      response.write(content.subarray(0, 100_000));
      void until(() => sizeOfPart() > 0).then(() => response.destroy());
    });
    const { address, ranges } = await mirror(good);
    expectWhole(await fetched(entryOf(dying.address, address)));
    expect(ranges).toEqual([expect.stringMatching(/^bytes=[1-9]\d*-$/)]);
  });

  it('that is never right is refused, says what each mirror gave, and is not kept as good', async () => {
    const wrong = await mirror((_, response) => response.writeHead(200).end('something else'));
    const none = await mirror((_, response) => response.writeHead(503).end());
    const error = await fetched(entryOf(wrong.address, none.address)).catch((reason: Error) => reason);
    expect(error).toBeInstanceOf(Error);
    const { message } = error as Error;
    expect(message).toContain(`${wrong.address}: expected sha256 ${file.sha256}, got`);
    expect(message).toContain(`${none.address}: 503`);
    expect(message).toContain(folder);
    expect(existsSync(join(folder, file.name))).toBe(false);
    expect(existsSync(part())).toBe(false);
  });

  it('can be cancelled: the part that arrived is kept, and the next one resumes from it', async () => {
    const control = new AbortController();
    const slow = await mirror((_, response) => {
      response.writeHead(200, { 'content-length': content.length });
      response.write(content.subarray(0, 50_000));
    });
    const stopped = fetched(entryOf(slow.address), {
      signal: control.signal,
      onProgress: () => void until(() => sizeOfPart() > 0).then(() => control.abort()),
    });
    await expect(stopped).rejects.toThrow(/abort/i);
    const kept = readFileSync(part()).length;
    expect(kept).toBeGreaterThan(0);
    const { address, ranges } = await mirror(good);
    expectWhole(await fetched(entryOf(address)));
    expect(ranges).toEqual([`bytes=${kept}-`]);
  });
});
