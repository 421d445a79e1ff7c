/// <reference types="vite/client" />

/** The package's version, put in when the page is built. */
declare const __LOTTERY_VERSION__: string;
