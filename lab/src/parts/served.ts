/**
 * The folder of the store that a server shows with this page; null where the page comes from a host of static files. The server writes it
 * into the page, so that nobody is asked for what they do not have.
 */
export const servedStore: string | null =
  document.querySelector('meta[name="lottery-store"]')?.getAttribute('content') ?? null;
