import { fileURLToPath } from 'node:url';

/**
 * The package's folder. This module lies two folders below it as it is written, as it is compiled, and in the command's bundle
 * (`dist/bin/`); whoever needs a file of the package asks here, since a bundle moves everything else.
 */
export const packageRoot = fileURLToPath(new URL('../../', import.meta.url));
