import { InputError } from '../../networks/errors.js';
import { type NumberArray, type NumberLayout, numberLayout, readNumbers } from './numbers.js';

/*
 * Python's pickles (protocols 2 to 5) of plain values and NumPy arrays. A pickle is a program that may name anything to call; this
 * reader knows what makes an array, and refuses all else by its name. Nothing is copied that a pickle could have copied often, so
 * that what is read takes about as much memory as the file.
 */

/** Strings of Python 2, and bytes, are byte arrays; keys of dictionaries are text, a byte a letter where they are bytes. */
export type Pickled = null | boolean | number | string | Uint8Array | Pickled[] | Map<string, Pickled> | PickledArray;

/** An array in a pickle, decoded when it is asked for. */
export class PickledArray {
  private content: { readonly layout: NumberLayout; readonly bytes: Uint8Array } | undefined;

  /** @throws InputError where the bytes are not as many as shape and type need */
  fill(bytes: Uint8Array, descr: string, shape: readonly number[], fortran: boolean, file: string): this {
    const layout = numberLayout(descr, shape, fortran, file);
    if (bytes.length !== layout.size) {
      throw new InputError(
        `${file}: an array of shape (${shape.join(', ')}) needs ${layout.size} bytes; found ${bytes.length}.`,
      );
    }
    this.content = { layout, bytes };
    return this;
  }

  /** Undefined for an array that was never filled. */
  read(): NumberArray | undefined {
    return this.content && readNumbers(this.content.layout, this.content.bytes);
  }
}

/** A function or class that is named in a pickle. */
class Global {
  constructor(readonly name: string) {}
}

/** A type of number. */
class Type {
  order = '|';
  constructor(readonly code: string) {}
}

type Item = Pickled | Global | Type;
const MARK = Symbol('mark');

/** What may be named, and what it is here. */
const globals: Readonly<Record<string, string>> = {
  'numpy.core.multiarray _reconstruct': 'array',
  'numpy._core.multiarray _reconstruct': 'array',
  'numpy.core.numeric _frombuffer': 'filled array',
  'numpy._core.numeric _frombuffer': 'filled array',
  'numpy ndarray': 'class of arrays',
  'numpy dtype': 'type',
  '_codecs encode': 'encode',
};

const latin1 = (bytes: Uint8Array) => new TextDecoder('latin1').decode(bytes);
const textOf = (item: unknown) => (item instanceof Uint8Array ? latin1(item) : item);

/**
 * Reads a pickle.
 *
 * @throws InputError naming the file and the place, what was found and what is read
 */
export function readPickle(bytes: Uint8Array, file: string): Pickled {
  try {
    return new PickleReader(bytes, file).run();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new InputError(
      `${file}: expected a pickle; it ends too soon. It is truncated or another file; get it again.`,
    );
  }
}

/** Operations that put a value on the stack, by their bytes. */
const values: Readonly<Record<number, (reader: PickleReader, opcode: number) => Item | typeof MARK>> = {
  40: () => MARK,
  78: () => null, // NONE
  136: () => true, // NEWTRUE
  137: () => false, // NEWFALSE
  74: (reader) => reader.view.getInt32(reader.skip(4), true), // BININT
  75: (reader) => reader.view.getUint8(reader.skip(1)), // BININT1
  77: (reader) => reader.view.getUint16(reader.skip(2), true), // BININT2
  138: (reader) => reader.long(reader.byte()), // LONG1
  71: (reader) => reader.view.getFloat64(reader.skip(8), false), // BINFLOAT
  85: (reader) => reader.take(reader.byte()), // SHORT_BINSTRING
  67: (reader) => reader.take(reader.byte()), // SHORT_BINBYTES
  84: (reader) => reader.take(reader.word()), // BINSTRING
  66: (reader) => reader.take(reader.word()), // BINBYTES
  142: (reader) => reader.take(reader.long(8)), // BINBYTES8
  150: (reader) => reader.take(reader.long(8)), // BYTEARRAY8
  140: (reader) => reader.text(reader.byte()), // SHORT_BINUNICODE
  88: (reader) => reader.text(reader.word()), // BINUNICODE
  93: () => [], // EMPTY_LIST
  41: () => [], // EMPTY_TUPLE
  133: (reader) => reader.popSeveral(1), // TUPLE1
  134: (reader) => reader.popSeveral(2), // TUPLE2
  135: (reader) => reader.popSeveral(3), // TUPLE3
  116: (reader) => reader.popToMark(), // TUPLE
  125: () => new Map(), // EMPTY_DICT
  104: (reader) => reader.remembered(reader.byte()), // BINGET
  106: (reader) => reader.remembered(reader.word()), // LONG_BINGET
  99: (reader) => reader.global(reader.line(), reader.line()), // GLOBAL
  147: (reader) => {
    const [module, name] = reader.popSeveral(2); // STACK_GLOBAL
    return reader.global(reader.letters(module), reader.letters(name));
  },
  82: (reader) => reader.call(reader.popList(), reader.pop()), // REDUCE
};

/** Operations that change what is on the stack, or nothing. */
const actions: Readonly<Record<number, (reader: PickleReader) => void>> = {
  128: (reader) => reader.protocol(reader.byte()), // PROTO
  149: (reader) => reader.frame(reader.long(8)), // FRAME
  97: (reader) => reader.append(reader.popSeveral(1)), // APPEND
  101: (reader) => reader.append(reader.popToMark()), // APPENDS
  115: (reader) => reader.setItems(reader.popSeveral(2)), // SETITEM
  117: (reader) => reader.setItems(reader.popToMark()), // SETITEMS
  113: (reader) => reader.remember(reader.byte()), // BINPUT
  114: (reader) => reader.remember(reader.word()), // LONG_BINPUT
  148: (reader) => reader.remember(reader.memo.size), // MEMOIZE
  98: (reader) => reader.build(reader.popList()), // BUILD
};

class PickleReader {
  readonly view: DataView;
  private readonly stack: (Item | typeof MARK)[] = [];
  readonly memo = new Map<number, Item>();
  private at = 0;
  /** Bytes that were encoded from text, which a pickle could ask for again and again. */
  private encoded = 0;

  constructor(
    private readonly bytes: Uint8Array,
    private readonly file: string,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  run(): Pickled {
    if (this.bytes[0] !== 0x80) {
      this.refuse('no protocol of 2 or above at its start', 'Save it with pickle.dump(data, file, protocol=2)');
    }
    while (true) {
      const opcode = this.view.getUint8(this.at++);
      if (opcode === 0x2e) return this.popSeveral(1)[0];
      this.step(opcode);
    }
  }

  private step(opcode: number): void {
    const value = values[opcode];
    if (value !== undefined) this.stack.push(value(this, opcode));
    else if (actions[opcode] !== undefined) actions[opcode](this);
    else this.refuse(`operation 0x${opcode.toString(16)}`);
  }

  pop(): Item {
    const item = this.stack.pop();
    if (item === undefined || item === MARK) return this.refuse('a value missing');
    return item;
  }

  /** Values, in the order in which they were put there. Names and types of number among them are of use to calls alone. */
  popSeveral(count: number): Pickled[] {
    return Array.from({ length: count }, () => this.pop() as Pickled).reverse();
  }

  popList(): Pickled[] {
    const item = this.pop();
    return Array.isArray(item) ? item : this.refuse('something else where a tuple belongs');
  }

  popToMark(): Pickled[] {
    const from = this.stack.lastIndexOf(MARK);
    if (from < 0) return this.refuse('a mark missing');
    return this.stack.splice(from).slice(1) as Pickled[];
  }

  append(items: readonly Pickled[]): void {
    const list = this.stack.at(-1);
    if (!Array.isArray(list)) this.refuse('something else where a list belongs');
    else for (const item of items) list.push(item);
  }

  setItems(items: readonly Pickled[]): void {
    const map = this.stack.at(-1);
    if (!(map instanceof Map)) this.refuse('something else where a dictionary belongs');
    else for (let i = 0; i + 1 < items.length; i += 2) map.set(this.keyOf(items[i]), items[i + 1]);
  }

  /** A text, or bytes as letters. */
  letters(item: Item): string {
    const text = textOf(item);
    return typeof text === 'string' ? text : this.refuse('something else where a text belongs');
  }

  /** Keys are texts, numbers and truth values; each is known by its text. */
  private keyOf(item: Item): string {
    return typeof item === 'number' || typeof item === 'boolean' ? String(item) : this.letters(item);
  }

  remember(place: number): void {
    const item = this.pop();
    this.memo.set(place, item);
    this.stack.push(item);
  }

  remembered(place: number): Item {
    const item = this.memo.get(place);
    return item === undefined ? this.refuse(`nothing at place ${place} of its memory`) : item;
  }

  global(module: string, name: string): Global {
    const known = globals[`${module} ${name}`];
    if (known !== undefined) return new Global(known);
    return this.refuse(`${module}.${name}`, 'Save plain values and NumPy arrays alone, such as with np.savez');
  }

  call([first, second, third, fourth]: Pickled[], target: Item): Item {
    switch (target instanceof Global ? target.name : '') {
      case 'array':
        return new PickledArray();
      case 'type':
        return new Type(this.letters(first));
      case 'filled array':
        if (fourth !== 'C' && fourth !== 'F') return this.refuse('an array in an unknown order');
        return this.fill(new PickledArray(), third, second, fourth === 'F', first);
      case 'encode': {
        if (typeof first !== 'string' || second !== 'latin1') return this.refuse('text that is encoded otherwise');
        this.encoded += first.length;
        if (this.encoded > this.bytes.length) return this.refuse('the same text, again and again');
        const letters = Uint16Array.from(first, (letter) => letter.charCodeAt(0));
        if (letters.some((letter) => letter > 255)) return this.refuse('a letter that is no byte');
        return Uint8Array.from(letters);
      }
      default:
        return this.refuse('a call of something that is no function');
    }
  }

  build(state: Pickled[]): void {
    const target = this.stack.at(-1);
    if (target instanceof Type) {
      // Version 4 has metadata at its end. A type made of others, or of named fields, says so in one of the three after the order;
      // one whose values are pointers, in its flags, as the type of Python's objects does by its letter too, which has a message of its own.
      const [version, order, base, names, fields, _size, _alignment, flags] = state;
      const isMade = [base, names, fields].some((part) => part !== null);
      const isPlain = (version === 3 || version === 4) && !isMade && (flags === 0 || target.code.startsWith('O'));
      if (!isPlain) this.refuse('a type that is not one of numbers');
      target.order = this.letters(order);
    } else if (target instanceof PickledArray)
      this.fill(target, state[1], state[2], state[3] === true || state[3] === 1, state[4]);
    else this.refuse('a state for something that has none');
  }

  private fill(array: PickledArray, shape: Pickled, type: Item, fortran: boolean, bytes: Pickled): PickledArray {
    if (!(type instanceof Type) || !Array.isArray(shape)) return this.refuse('an array without type or shape');
    const descr = `${type.order === '=' ? '<' : type.order}${type.code}`;
    // An array of objects has a list of them where its bytes would be: its type says so.
    const content = bytes instanceof Uint8Array ? bytes : new Uint8Array(0);
    return array.fill(content, descr, shape as number[], fortran, this.file);
  }

  protocol(number: number): void {
    if (number > 5) this.refuse(`protocol ${number}`, 'Save it with pickle.dump(data, file, protocol=2)');
  }

  /** So many bytes follow that belong together: what has fewer is cut off. */
  frame(length: number): void {
    if (length < 0 || length > this.bytes.length - this.at) throw new RangeError('past the end');
  }

  byte(): number {
    return this.view.getUint8(this.skip(1));
  }

  word(): number {
    return this.view.getUint32(this.skip(4), true);
  }

  skip(length: number): number {
    this.at += length;
    return this.at - length;
  }

  take(length: number): Uint8Array {
    if (length > this.bytes.length - this.at) throw new RangeError('past the end');
    const start = this.skip(length);
    return this.bytes.subarray(start, start + length);
  }

  text(length: number): string {
    const bytes = this.take(length);
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      return this.refuse('a text that is not UTF-8');
    }
  }

  line(): string {
    const end = this.bytes.indexOf(10, this.at);
    if (end < 0) throw new RangeError('past the end');
    const line = latin1(this.bytes.subarray(this.at, end));
    this.at = end + 1;
    return line;
  }

  /** A whole number of so many bytes, the last of which has the sign. */
  long(length: number): number {
    const bytes = this.take(length);
    let value = 0n;
    for (let i = length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i]);
    return Number(BigInt.asIntN(8 * length, value));
  }

  private refuse(found: string, advice = 'Is it one of the files of CIFAR for Python, whole?'): never {
    throw new InputError(
      `${this.file}: expected a pickle of plain values and NumPy arrays; found ${found} at byte ${this.at}. ${advice}.`,
    );
  }
}
