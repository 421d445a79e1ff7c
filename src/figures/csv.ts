/** What a field of a CSV file holds; null and undefined are empty fields. */
export type CsvValue = string | number | null | undefined;

/** A row of numbers behind a figure, by the names of their columns. */
export type Row = Readonly<Record<string, string | number | null>>;

function field(value: CsvValue): string {
  const text = value === null || value === undefined ? '' : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * A table as comma-separated values (RFC 4180, lines ended by a line feed): quotes what needs quoting, and numbers keep all their
 * digits.
 *
 * @param head names of the columns, the first line
 * @param rows as many values each as the head has names
 */
export function csvOf(head: readonly string[], rows: readonly (readonly CsvValue[])[]): string {
  return `${[head, ...rows].map((row) => row.map(field).join(',')).join('\n')}\n`;
}

/** Rows that all have the columns of the first; empty where there are none. */
export function toCsv(rows: readonly Row[]): string {
  if (rows.length === 0) return '';
  const names = Object.keys(rows[0]);
  return csvOf(
    names,
    rows.map((row) => names.map((name) => row[name])),
  );
}
