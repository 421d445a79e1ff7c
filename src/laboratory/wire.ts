/**
 * Plain data as text and back, for what travels over a connection. It is JSON with words for the numbers that JSON lacks, which
 * measurements of a diverged cell may be: `"~NaN"`, `"~Infinity"`, `"~-Infinity"`, `"~-0"`. A text that begins with `~` has one more.
 *
 * The files of a store have words of their own for these (`experiments/files/cell-content.ts`), which their format fixes: an object with
 * one member `number`. Plain data may hold such an object, and a text without any is read without a visit to each of its values.
 */

const MARK = '~';

/**
 * The text of a value, without line ends.
 *
 * @throws TypeError for what would not come back as it was: typed arrays, maps, sets
 */
export function toWire(value: unknown): string {
  const text: string | undefined = JSON.stringify(value, write);
  if (text === undefined) throw new TypeError(`${typeof value} cannot be sent; expected plain data.`);
  return text;
}

/**
 * The same text in pieces, so that a large value need not be written in one go: the members of a record, and the elements of lists
 * among them, stand alone.
 */
export function* wirePieces(value: unknown, depth = 2): Generator<string> {
  if (depth > 0 && Array.isArray(value)) {
    for (const [index, element] of value.entries()) {
      yield index === 0 ? '[' : ',';
      // As JSON has it: what is absent from a list is null there.
      yield* wirePieces(element ?? null, depth - 1);
    }
    yield value.length === 0 ? '[]' : ']';
  } else if (depth > 0 && isRecord(value)) {
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    for (const [index, [key, member]] of members.entries()) {
      yield `${index === 0 ? '{' : ','}${JSON.stringify(key)}:`;
      yield* wirePieces(member, depth - 1);
    }
    yield members.length === 0 ? '{}' : '}';
  } else yield toWire(value);
}

const isRecord = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/** What `toWire` was given; members that were `undefined` are absent. @throws SyntaxError when the text is not JSON */
export function fromWire(text: string): unknown {
  const value: unknown = JSON.parse(text);
  // Most texts have no marked word, and are read in a tenth of the time.
  return text.includes(`"${MARK}`) ? read(value) : value;
}

function write(key: string, value: unknown): unknown {
  if (typeof value === 'number') {
    return Number.isFinite(value) && !Object.is(value, -0) ? value : MARK + (value === 0 ? '-0' : String(value));
  }
  if (typeof value === 'string') return value.startsWith(MARK) ? MARK + value : value;
  if (ArrayBuffer.isView(value) || value instanceof Map || value instanceof Set) {
    throw new TypeError(`${key} is a ${value.constructor.name}, which cannot be sent; expected plain data.`);
  }
  return value;
}

/** Puts numbers, and texts as they were, in the place of marked words. */
function read(value: unknown): unknown {
  if (typeof value === 'string' && value.startsWith(MARK)) {
    const rest = value.slice(MARK.length);
    return rest.startsWith(MARK) ? rest : Number(rest);
  }
  if (typeof value !== 'object' || value === null) return value;
  for (const [key, member] of Object.entries(value)) {
    const meant = read(member);
    // A member may be called `__proto__`, which an assignment would take for something else.
    if (meant !== member)
      Object.defineProperty(value, key, { value: meant, writable: true, enumerable: true, configurable: true });
  }
  return value;
}
