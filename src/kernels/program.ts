import { operationArguments } from './generated/operations.js';
import type { Kernels } from './kernels.js';

/**
 * Step programs: flat lists of kernel calls over one arena. One crossing from JavaScript runs a whole step, or a
 * hundred. `kernels/operations.h` defines the operations; the table is generated from it.
 */

export type OperationName = keyof typeof operationArguments;

type FieldsOf<Name extends OperationName> = (typeof operationArguments)[Name][number][0];

/** Arguments of one operation by name: byte offsets, counts, and floats. */
export type OperationArguments<Name extends OperationName> = Readonly<Record<FieldsOf<Name>, number>>;

/** What one call of an operation does and costs, for people and for counting. */
export interface OperationNote {
  /** What it works on, such as `fc1 300 x 784, 4 blocks`. */
  readonly shape: string;
  /** Floating-point operations of one call. */
  readonly flops: number;
  /** Bytes of the arena that one call reads or writes, each counted once. */
  readonly bytes: number;
}

export interface ProgramLine extends OperationNote {
  readonly operation: OperationName;
}

/**
 * Floating-point operations of a program's operations, on average, from which several threads share it: some microseconds
 * of work, beside which it does not matter that they have to meet after each.
 */
const TOGETHER_FROM = 200_000;

const names = Object.keys(operationArguments) as OperationName[];
const bits = new Int32Array(1);
const asFloat = new Float32Array(bits.buffer);

/** Collects operations, then places them in the arena. */
export class ProgramBuilder {
  readonly #words: number[][] = [];
  readonly #lines: ProgramLine[] = [];

  add<Name extends OperationName>(operation: Name, args: OperationArguments<Name>, note: OperationNote): this {
    const words = [names.indexOf(operation)];
    this.#words.push(words);
    for (const [field, type] of operationArguments[operation]) {
      const value = (args as Readonly<Record<string, number>>)[field];
      if (typeof value !== 'number' || Number.isNaN(value)) {
        throw new TypeError(`operation ${operation}: argument ${field} is ${value}; expected a number.`);
      }
      if (type === 'f32') {
        asFloat[0] = value;
        words.push(bits[0]);
      } else {
        words.push(value | 0);
      }
    }
    this.#lines.push({ operation, ...note });
    return this;
  }

  build(kernels: Kernels): Program {
    return new Program(kernels, this.#words, this.#lines);
  }
}

/** A step program in the arena, ready to run. */
export class Program {
  readonly #kernels: Kernels;
  readonly #offset: number;
  /** Length in words of each operation. */
  readonly #lengths: readonly number[];
  readonly #length: number;
  readonly #together: boolean;
  readonly lines: readonly ProgramLine[];

  constructor(kernels: Kernels, words: readonly (readonly number[])[], lines: readonly ProgramLine[]) {
    this.#kernels = kernels;
    this.#offset = kernels.place(Int32Array.from(words.flat()));
    this.#lengths = words.map(({ length }) => length);
    this.#length = this.#lengths.reduce((sum, length) => sum + length, 0);
    this.lines = lines;
    this.#together = this.flops >= TOGETHER_FROM * lines.length;
  }

  /** Runs the whole program `steps` times. */
  run(steps = 1): void {
    if (steps > 0) this.#kernels.run(this.#offset, this.#length, steps, this.#together);
  }

  /** Runs one operation of the program `times` times, to time it alone. */
  runLine(line: number, times: number): void {
    const before = this.#lengths.slice(0, line).reduce((sum, length) => sum + length, 0);
    this.#kernels.run(this.#offset + before * 4, this.#lengths[line], times);
  }

  /** Floating-point operations of one step. */
  get flops(): number {
    return this.lines.reduce((sum, { flops }) => sum + flops, 0);
  }

  /** One line an operation: its name, shape, FLOPs and bytes. */
  print(): string {
    const rows = this.lines.map(({ operation, shape, flops, bytes }) => [operation, shape, `${flops}`, `${bytes}`]);
    rows.unshift(['operation', 'shape', 'FLOPs', 'bytes']);
    const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column].length)));
    return rows
      .map((row) => row.map((cell, i) => (i < 2 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join('  '))
      .join('\n');
  }
}
