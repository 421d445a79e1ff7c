import { parseHTML } from 'linkedom';

/** An empty document for what draws beside the page, where there is none: that in which the command draws too. */
export const paperDocument = (): Document =>
  parseHTML('<!doctype html><html><body></body></html>').document as unknown as Document;
