import { type FileMetaData, parquetMetadata } from 'hyparquet';
import { deserializeTCompactProtocol } from 'hyparquet/src/thrift.js';
import { BadBytes, unpackSnappy } from './snappy.js';

/*
 * Reads tables of numbers as this program writes them: columns of INT32 and DOUBLE without holes, plain or with a
 * dictionary, stored or packed with Snappy. Every count is held against the bytes that there are before anything is made of it, since a
 * general reader takes a file at its word: one that lies can have it fill the memory, or never end.
 */

/** Most rows: a run has far fewer evaluations. */
const MOST_ROWS = 1 << 21;
/** Most bytes of what a file says of itself, and of a page's header; those of this program have a tenth of that. */
const MOST_FOOTER = 1 << 16;
const MOST_HEADER = 1 << 10;

type Numbers = Int32Array | Float64Array;

/**
 * Columns of numbers, by name.
 *
 * @throws BadBytes with what is wrong, as a clause
 */
export function readNumberTable(bytes: Uint8Array): Map<string, Numbers> {
  try {
    return tableOf(bytes);
  } catch (error) {
    if (error instanceof BadBytes) throw error;
    // Of a field that is absent or no number, or past the end.
    throw new BadBytes('it is truncated, damaged or another file');
  }
}

function tableOf(bytes: Uint8Array): Map<string, Numbers> {
  const { schema, row_groups: groups } = footerOf(bytes);
  const counts = groups.map(({ num_rows }) => sizeOf(num_rows, MOST_ROWS));
  const all = sizeOf(
    counts.reduce((sum, rows) => sum + rows, 0),
    MOST_ROWS,
  );
  const columns = new Map<string, Numbers>();
  let from = 0;
  for (const [number, { columns: chunks }] of groups.entries()) {
    const rows = counts[number];
    const seen = new Set<string>();
    for (const { meta_data: chunk } of chunks) {
      const name = chunk?.path_in_schema.join('.') ?? '';
      const element = schema.find((other, i) => i > 0 && other.name === name);
      if (chunk === undefined || element === undefined || seen.has(name)) throw new BadBytes('its columns are unclear');
      seen.add(name);
      if (chunk.type !== 'INT32' && chunk.type !== 'DOUBLE') {
        throw new BadBytes(`column ${name} is of type ${chunk.type}`);
      }
      const isInteger = chunk.type === 'INT32';
      const column = columns.get(name) ?? (isInteger ? new Int32Array(all) : new Float64Array(all));
      if ((number > 0 && !columns.has(name)) || column instanceof Int32Array !== isInteger) {
        throw new BadBytes('its groups of rows have other columns');
      }
      columns.set(name, column);
      const start = sizeOf(Number(chunk.dictionary_page_offset ?? 0) || chunk.data_page_offset, bytes.length);
      const end = start + sizeOf(chunk.total_compressed_size, bytes.length - start);
      const isOptional = element.repetition_type === 'OPTIONAL';
      if (!isOptional && element.repetition_type !== 'REQUIRED') throw new BadBytes(`column ${name} is repeated`);
      const isPacked = chunk.codec === 'SNAPPY';
      if (!isPacked && chunk.codec !== 'UNCOMPRESSED') {
        throw new BadBytes(`column ${name} is packed by ${chunk.codec}`);
      }
      column.set(readColumn(bytes.subarray(start, end), { isInteger, isOptional, isPacked, rows }), from);
    }
    if (seen.size !== columns.size) throw new BadBytes('its groups of rows have other columns');
    from += rows;
  }
  // A table without rows has no groups of them, and its columns all the same.
  if (groups.length === 0) {
    for (const { name, type } of schema.slice(1)) {
      if (type !== 'INT32' && type !== 'DOUBLE') throw new BadBytes(`column ${name} is of type ${type}`);
      columns.set(name, type === 'INT32' ? new Int32Array() : new Float64Array());
    }
  }
  return columns;
}

function footerOf(bytes: Uint8Array): FileMetaData {
  const size = bytes.length < 12 ? 0 : viewOf(bytes).getUint32(bytes.length - 8, true);
  if (size === 0 || size > Math.min(MOST_FOOTER, bytes.length - 12))
    throw new BadBytes('it has no end that can be read');
  return parquetMetadata(Uint8Array.from(bytes.subarray(bytes.length - 8 - size)).buffer, { geoparquet: false });
}

/** A count that a file states. @throws BadBytes when it is none, or above what can be */
function sizeOf(value: unknown, most: number): number {
  const size = typeof value === 'bigint' ? Number(value) : value;
  if (typeof size === 'number' && Number.isInteger(size) && size >= 0 && size <= most) return size;
  throw new BadBytes('it states a size that cannot be');
}

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

interface Shape {
  readonly isInteger: boolean;
  readonly isOptional: boolean;
  readonly isPacked: boolean;
  readonly rows: number;
}

/** Numbers of the kinds of pages, and of encodings, in the format. */
const PAGE = { data: 0, dictionary: 2, data2: 3 } as const;
const PLAIN = 0;
const DICTIONARY = [2, 8];

function readColumn(bytes: Uint8Array, shape: Shape): Numbers {
  const values = shape.isInteger ? new Int32Array(shape.rows) : new Float64Array(shape.rows);
  let dictionary: Numbers | undefined;
  let filled = 0;
  for (let at = 0; filled < shape.rows; ) {
    const reader = { view: viewOf(bytes.subarray(at, at + MOST_HEADER)), offset: 0 };
    // Thrift's fields have numbers; those of a page's header are in Parquet's own specification.
    const header = deserializeTCompactProtocol(reader);
    at += reader.offset;
    const packed = bytes.subarray(at, at + sizeOf(header.field_3, bytes.length - at));
    at += packed.length;
    const unpack = (content: Uint8Array, length: number) => (shape.isPacked ? unpackSnappy(content, length) : content);
    const whole = sizeOf(header.field_2, 64 * packed.length);
    if (header.field_1 === PAGE.dictionary) {
      dictionary = readPlain(unpack(packed, whole), sizeOf(header.field_7.field_1, shape.rows), shape.isInteger);
      continue;
    }
    const isSecond = header.field_1 === PAGE.data2;
    if (!isSecond && header.field_1 !== PAGE.data) throw new BadBytes('it has a page of an unknown kind');
    const own = isSecond ? header.field_8 : header.field_5;
    const count = sizeOf(own.field_1, shape.rows - filled);
    let page: Uint8Array;
    let levels: Uint8Array;
    if (isSecond) {
      // Levels come before what is packed, and their lengths are known.
      const repetition = sizeOf(own.field_6, 0);
      const size = sizeOf(own.field_5, packed.length);
      levels = packed.subarray(repetition, size);
      const content = packed.subarray(size);
      page = own.field_7 === false ? content : unpack(content, whole - size);
    } else {
      page = unpack(packed, whole);
      const size = shape.isOptional ? sizeOf(viewOf(page).getUint32(0, true), page.length - 4) : -4;
      levels = shape.isOptional ? page.subarray(4, 4 + size) : page.subarray(0, 0);
      page = page.subarray(4 + size);
    }
    if (shape.isOptional && levels.length > 0 && readRuns(levels, 1, count).includes(0))
      throw new BadBytes('it has holes');
    if (isSecond && own.field_2 !== 0) throw new BadBytes('it has holes');
    const encoding = own[isSecond ? 'field_4' : 'field_2'];
    if (encoding === PLAIN) values.set(readPlain(page, count, shape.isInteger), filled);
    else if (DICTIONARY.includes(encoding) && dictionary !== undefined) {
      const places = readRuns(page.subarray(1), sizeOf(page[0], 24), count);
      for (const [i, place] of places.entries()) {
        if (place >= dictionary.length) throw new BadBytes('it points outside of its dictionary');
        values[filled + i] = dictionary[place];
      }
    } else throw new BadBytes('it has an unknown encoding');
    filled += count;
    if (count === 0) throw new BadBytes('it has an empty page');
  }
  return values;
}

function readPlain(bytes: Uint8Array, count: number, isInteger: boolean): Numbers {
  const width = isInteger ? 4 : 8;
  if (bytes.length !== count * width) throw new BadBytes(`${count} numbers lie in ${bytes.length} bytes`);
  const view = viewOf(bytes);
  if (isInteger) return Int32Array.from({ length: count }, (_, i) => view.getInt32(4 * i, true));
  return Float64Array.from({ length: count }, (_, i) => view.getFloat64(8 * i, true));
}

/** Small numbers in runs of one, and in groups of eight side by side (Parquet's hybrid of both). */
function readRuns(bytes: Uint8Array, width: number, count: number): Uint32Array {
  const values = new Uint32Array(count);
  let at = 0;
  for (let filled = 0; filled < count && width > 0; ) {
    let header = 0;
    for (let shift = 0; ; shift += 7) {
      if (at >= bytes.length || shift > 28) throw new BadBytes('it ends too soon');
      header += (bytes[at] & 127) * 2 ** shift;
      if (bytes[at++] < 128) break;
    }
    const length = Math.floor(header / 2);
    const size = header % 2 === 1 ? length * width : Math.ceil(width / 8);
    // Of the last group, bytes that nothing needs may be missing.
    const isWhole =
      at + size <= bytes.length || (header % 2 === 1 && (bytes.length - at) * 8 >= (count - filled) * width);
    if (length === 0 || !isWhole) throw new BadBytes('it ends too soon');
    if (header % 2 === 1) {
      for (let i = 0; i < length * 8 && filled < count; i++) {
        let value = 0;
        for (let bit = 0; bit < width; bit++) {
          const place = i * width + bit;
          value += ((bytes[at + (place >> 3)] >> (place & 7)) & 1) * 2 ** bit;
        }
        values[filled++] = value;
      }
    } else {
      let value = 0;
      for (let i = 0; i < size; i++) value += bytes[at + i] * 2 ** (8 * i);
      values.fill(value, filled, (filled = Math.min(count, filled + length)));
    }
    at += size;
  }
  return values;
}
