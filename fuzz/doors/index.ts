import type { OpenDoor } from '../door.js';
import { openArchive } from './archive.js';
import { openCommand } from './command.js';
import { openGzip } from './gzip.js';
import { openIdx } from './idx.js';
import { openJpeg } from './jpeg.js';
import { openLab } from './lab.js';
import { openNpy } from './npy.js';
import { openNpzDoor } from './npz.js';
import { openParquet } from './parquet.js';
import { openPickle } from './pickle.js';
import { openPng } from './png.js';
import { openRecords } from './records.js';
import { openSafetensors } from './safetensors.js';
import { openSet } from './set.js';
import { openSlurm } from './slurm.js';
import { openTar } from './tar.js';
import { openYaml } from './yaml.js';

/** Every way by which something from outside comes in. */
export const doors: Readonly<Record<string, OpenDoor>> = {
  idx: openIdx,
  gzip: openGzip,
  npy: openNpy,
  npz: openNpzDoor,
  png: openPng,
  jpeg: openJpeg,
  pickle: openPickle,
  tar: openTar,
  yaml: openYaml,
  set: openSet,
  slurm: openSlurm,
  safetensors: openSafetensors,
  parquet: openParquet,
  records: openRecords,
  archive: openArchive,
  lab: openLab,
  command: openCommand,
};
