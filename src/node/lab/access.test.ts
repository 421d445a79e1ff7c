import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { foreignness } from './access.js';

const asked = (headers: Record<string, string>, port: number) =>
  foreignness({ headers, rawHeaders: Object.entries(headers).flat() } as unknown as IncomingMessage, port);

describe('names of the server', () => {
  it('have its port', () => {
    expect(asked({ host: '127.0.0.1:4280', origin: 'http://127.0.0.1:4280' }, 4280)).toBeNull();
    expect(asked({ host: '127.0.0.1' }, 4280)).toContain('127.0.0.1:4280');
  });

  it('are as browsers send them on the port that http has by itself', () => {
    for (const host of ['127.0.0.1', 'localhost', '[::1]']) {
      expect(asked({ host, origin: `http://${host}` }, 80), host).toBeNull();
    }
    expect(asked({ host: 'evil.example' }, 80)).not.toBeNull();
    expect(asked({ host: '127.0.0.1:4280' }, 80)).not.toBeNull();
    expect(asked({ host: '127.0.0.1', origin: 'http://evil.example' }, 80)).not.toBeNull();
  });
});
