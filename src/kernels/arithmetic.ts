/**
 * Version of the arithmetic: raised whenever the bits of any result change, so that cells trained before and after
 * never share a name.
 */
export const ARITHMETIC_VERSION = 1;
