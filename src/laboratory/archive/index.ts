/** Zip archives that are stores once they are unpacked: written from any store, checked at the door, and taken into any. */

export { type Imported, type ImportingStore, importArchive } from './import-archive.js';
export { type CheckedArchive, type ReadArchiveOptions, readArchive } from './read-archive.js';
export { type ArchivedStore, type WriteArchiveOptions, writeArchive } from './write-archive.js';
