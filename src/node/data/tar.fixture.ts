/** A tar archive of plain files. */
export function tar(files: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const parts: Uint8Array[] = [];
  const encode = (value: string) => new TextEncoder().encode(value);
  for (const [name, content] of files) {
    const header = new Uint8Array(512);
    header.set(encode(name), 0);
    header.set(encode(`${content.length.toString(8).padStart(11, '0')}\0`), 124);
    header[156] = 0x30;
    header.fill(32, 148, 156);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.set(encode(`${sum.toString(8).padStart(6, '0')}\0 `), 148);
    parts.push(header, content, new Uint8Array((512 - (content.length % 512)) % 512));
  }
  return Buffer.concat([...parts, new Uint8Array(1024)]);
}
