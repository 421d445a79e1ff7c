/** The lab's server: the built pages and a store, for this machine alone. */

export { type LabServer, type LabServerOptions, labFolder, serveLab } from './server.js';
