/** What the files of a store say, wherever they lie: in a folder, or in an archive. Bytes from what is kept, and back. */

export {
  type CellFile,
  decodeCell,
  differingParts,
  encodeCell,
  fitsNetwork,
  readCellFile,
  summaryOf,
  wrongWithFile,
} from './cell-file.js';
export { encodeMarker } from './marker.js';
export { encodeMeasurement, readMeasurementFile } from './measurement-file.js';
export { cellFiles, formats, isPlainName, places, STORE_FORMAT } from './places.js';
export { encodeRecord, readRunFile, readStudyFile } from './record-file.js';
export { encodeSafetensors, type StoredTensor } from './safetensors.js';
export { openSealed, type ReadFile } from './sealed-json.js';
