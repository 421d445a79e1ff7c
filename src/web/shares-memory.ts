/**
 * Whether threads of this page can share memory: where its host isolates it, and the engine has shared memory at all. WebKitGTK isolates
 * pages and has none.
 */
export const sharesMemory = (): boolean =>
  globalThis.crossOriginIsolated === true && typeof SharedArrayBuffer === 'function';
