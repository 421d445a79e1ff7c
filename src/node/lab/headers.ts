import type { OutgoingHttpHeaders } from 'node:http';

const common = {
  // Every answer may be used by the page itself alone; with the next two the page is isolated, and has shared memory.
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
} as const;

/** Of the page, what it is made of, and the interface. */
export const pageHeaders: OutgoingHttpHeaders = {
  ...common,
  'cross-origin-opener-policy': 'same-origin',
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "connect-src 'self'",
    "worker-src 'self' blob:",
    "frame-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
};

/**
 * Of reports, which have scripts in them: each is of an origin of its own, and reaches neither the page nor this server. Their tables
 * may be downloaded: those are links to data within the report. A browser refuses to open a page in a sandbox that also asks for its
 * opener to be cut off, so that these do not.
 */
export const reportHeaders: OutgoingHttpHeaders = {
  ...common,
  'cache-control': 'no-store',
  'content-security-policy': [
    'sandbox allow-scripts allow-downloads',
    "default-src 'none'",
    "script-src 'unsafe-inline'",
    "style-src 'unsafe-inline'",
    'img-src data: blob:',
    'font-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'self'",
  ].join('; '),
};
