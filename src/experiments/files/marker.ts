import { STORE_FORMAT } from './places.js';
import { seal } from './sealed-json.js';

/** The bytes of `store.json`, which says that a folder is a store, and of which format. */
export const encodeMarker = (): Uint8Array => seal({ format: STORE_FORMAT, program: 'lottery-lab' });
