import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** Who may ask the lab's server for anything: whoever was given its address, and nobody on behalf of another site. */

/** A secret of 256 bits, as part of an address. */
export const makeToken = (): string => randomBytes(32).toString('base64url');

/** Cookies are shared by all ports of a host: the name tells servers apart. */
export const cookieName = (port: number): string => `lottery-lab-${port}`;

/** The cookie for whoever came with the token. */
export const cookieOf = (port: number, token: string): string =>
  `${cookieName(port)}=${token}; Path=/; HttpOnly; SameSite=Strict`;

/** Whether two texts are equal, in a time that tells nothing of either. */
export function isSame(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

/** Addresses leave out the port that `http` has by itself. */
const PORT_OF_HTTP = 80;

/** Why a request is refused, whatever secret it carries; null where it may be looked at. */
export function foreignness({ headers, rawHeaders }: IncomingMessage, port: number): string | null {
  const hosts = ['127.0.0.1', 'localhost', '[::1]'].map((host) => (port === PORT_OF_HTTP ? host : `${host}:${port}`));
  const hostsGiven = rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host').length;
  // A site that has its name lead to this machine is heard under that name.
  if (hostsGiven !== 1 || !hosts.includes((headers.host ?? '').toLowerCase())) {
    return `This server answers to ${hosts.join(', ')} alone.`;
  }
  if (headers.origin !== undefined && headers.origin.toLowerCase() !== `http://${headers.host}`.toLowerCase()) {
    return 'Pages of other sites may not ask this server.';
  }
  const from = headers['sec-fetch-site'];
  // `same-site` are other ports of this machine: other servers.
  if (from !== undefined && from !== 'same-origin' && from !== 'none') {
    return 'Pages of other sites may not lead here. Paste the address that lottery lab printed into the address bar.';
  }
  return null;
}

/** Whether a request carries the token: as a cookie, or as `Authorization: Bearer`. */
export function isLetIn({ headers }: IncomingMessage, port: number, token: string): boolean {
  const bearer = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
  if (bearer !== undefined && isSame(bearer, token)) return true;
  const name = cookieName(port);
  return (headers.cookie ?? '').split(';').some((pair) => {
    const at = pair.indexOf('=');
    return at >= 0 && pair.slice(0, at).trim() === name && isSame(pair.slice(at + 1).trim(), token);
  });
}
