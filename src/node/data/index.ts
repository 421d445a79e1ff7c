export { type DownloadProgress, downloadFile } from './download.js';
export { cacheFolder, dataFolders, datasetStatus, type FileStatus } from './find.js';
export { expandHome } from './home.js';
export { type DataRequest, type LoadOptions, loadDataset } from './load.js';
export { loadOwnData, type OwnDataRequest } from './own.js';
