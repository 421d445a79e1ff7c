import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { ARITHMETIC_VERSION } from '../../kernels/arithmetic.js';
import { InputError } from '../../networks/errors.js';
import type { Checkpoint, CheckpointKeeper, PackedWeights } from '../../training/checkpoint.js';
import type { History, Work } from '../../training/types.js';
import {
  decodeSafetensors,
  encodeSafetensors,
  type StoredTensor,
  safetensorsMetadata,
} from '../formats/safetensors.js';
import { packageVersion } from '../version.js';
import { layout } from './layout.js';
import { storeTrouble } from './trouble.js';

/** What a checkpoint says of itself besides its tensors. Tensors lie as this version stores them, no other reads it. */
interface Head {
  readonly version: string;
  readonly arithmetic: number;
  readonly iteration: number;
  readonly work: Work;
  /** Wall time of the training so far. */
  readonly seconds: number;
  readonly bestRow: number;
  readonly history: History;
}

/**
 * The checkpoint of one cell as a file of the store: tensors by name (`weights/0`, `moments/0`, `best/0`,
 * `snapshot 100/0`, ...), the rest as JSON in its header. Written aside, flushed and renamed. One that cannot be read, or
 * that another version wrote, is as good as none.
 */
export class FileCheckpoints implements CheckpointKeeper {
  readonly #path: string;
  readonly #interval: number;
  readonly #clock: () => number;
  #began: number;
  #last: number;
  #secondsBefore = 0;

  /**
   * @param interval seconds between two checkpoints; Infinity for none but the one a run leaves that is called off
   * @param clock milliseconds
   */
  constructor(store: string, cell: string, interval: number, clock: () => number = () => performance.now()) {
    this.#path = layout.checkpoint(store, cell);
    this.#interval = interval * 1000;
    this.#clock = clock;
    this.#began = clock();
    this.#last = this.#began;
  }

  /** Wall time of the cell's training, that before the checkpoint included. */
  get seconds(): number {
    return this.#secondsBefore + (this.#clock() - this.#began) / 1000;
  }

  due(): boolean {
    return this.#clock() - this.#last >= this.#interval;
  }

  load(): Checkpoint | undefined {
    try {
      const bytes = readFileSync(this.#path);
      const head = JSON.parse(safetensorsMetadata(bytes, this.#path).checkpoint ?? '{}') as Head;
      if (head.version !== packageVersion || head.arithmetic !== ARITHMETIC_VERSION) return undefined;
      const parts = partsOf(decodeSafetensors(bytes, this.#path));
      const { iteration, work, history } = head;
      const snapshots = new Map<number, PackedWeights>();
      for (const [name, tensors] of parts) {
        const at = /^snapshot (\d+)$/.exec(name)?.[1];
        if (at !== undefined) snapshots.set(Number(at), tensors);
      }
      this.#secondsBefore = head.seconds;
      this.#began = this.#clock();
      return {
        iteration,
        work,
        history,
        weights: parts.get('weights') ?? [],
        moments: parts.get('moments') ?? [],
        best: { row: head.bestRow, weights: parts.get('best') ?? [] },
        snapshots,
      };
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === undefined || code === 'ENOENT') return undefined;
      throw storeTrouble(error, `cannot read ${this.#path}`);
    }
  }

  /** @throws InputError when it cannot be written */
  save(checkpoint: Checkpoint): void {
    const { iteration, work, history, weights, moments, best, snapshots } = checkpoint;
    const head: Head = {
      version: packageVersion,
      arithmetic: ARITHMETIC_VERSION,
      iteration,
      work,
      seconds: this.seconds,
      bestRow: best.row,
      history,
    };
    const tensors = new Map<string, StoredTensor>();
    const add = (name: string, values: PackedWeights): void => {
      values.forEach((array, index) => {
        tensors.set(`${name}/${index}`, { shape: [array.length], values: array });
      });
    };
    add('weights', weights);
    add('moments', moments);
    add('best', best.weights);
    for (const [at, values] of snapshots) add(`snapshot ${at}`, values);
    const aside = `${this.#path}.${process.pid}-${randomBytes(4).toString('hex')}`;
    try {
      mkdirSync(dirname(this.#path), { recursive: true });
      const file = openSync(aside, 'wx');
      try {
        writeFileSync(file, encodeSafetensors(tensors, { checkpoint: JSON.stringify(head) }));
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      renameSync(aside, this.#path);
    } catch (error) {
      rmSync(aside, { force: true });
      throw storeTrouble(error, `a checkpoint could not be written to ${this.#path}`);
    }
    this.#last = this.#clock();
  }

  /** The cell is in the store: its checkpoint has done its work. */
  drop(): void {
    rmSync(this.#path, { force: true });
  }
}

/** Tensors by the part of a checkpoint they belong to, in order. @throws InputError when one is missing between */
function partsOf(tensors: ReadonlyMap<string, StoredTensor>): Map<string, Float32Array[]> {
  const parts = new Map<string, Float32Array[]>();
  for (const [name, { values }] of tensors) {
    const slash = name.lastIndexOf('/');
    const part = name.slice(0, slash);
    const list = parts.get(part) ?? [];
    if (Number(name.slice(slash + 1)) !== list.length || !(values instanceof Float32Array)) {
      throw new InputError(`tensor ${name} of the checkpoint is out of place.`);
    }
    list.push(values);
    parts.set(part, list);
  }
  return parts;
}
