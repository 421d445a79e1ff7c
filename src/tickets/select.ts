/** Up to so many numbers are simply sorted. */
const FEW = 1024;

/** Whether a double's high half comes second in memory, as on almost every machine. */
const highSecond = new Uint32Array(Float64Array.of(1).buffer)[0] === 0 ? 1 : 0;

/**
 * The number that would stand at `place` if the values were sorted from the lowest up, in time proportional to their number: a
 * double's bits, mapped so that they increase with its value, are counted sixteen at a time from the top, and only the values
 * that share the wanted sixteen are read again.
 *
 * @param values no NaN; left as they are
 * @param place 0 for the lowest
 */
export function nthLowest(values: Float64Array, place: number): number {
  let among = values;
  let at = place;
  const counts = new Uint32Array(2 ** 16);
  for (let digit = 0; digit < 4; digit++) {
    if (among.length <= FEW) return among.slice().sort()[at];
    const halves = new Uint32Array(among.buffer, among.byteOffset, 2 * among.length);
    counts.fill(0);
    for (let i = 0; i < among.length; i++) counts[digitOf(halves, i, digit)]++;
    let wanted = 0;
    while (at >= counts[wanted]) at -= counts[wanted++];
    const next = new Float64Array(counts[wanted]);
    let found = 0;
    for (let i = 0; i < among.length; i++) if (digitOf(halves, i, digit) === wanted) next[found++] = among[i];
    among = next;
  }
  // All 64 bits agree.
  return among[at];
}

/** Sixteen bits of a number, digit 0 the highest: a negative number's are all inverted, of others only the sign. */
function digitOf(halves: Uint32Array, i: number, digit: number): number {
  const high = halves[2 * i + highSecond];
  const turned = high >>> 31 === 1 ? 0xffff : digit === 0 ? 0x8000 : 0;
  const half = digit < 2 ? high : halves[2 * i + 1 - highSecond];
  return ((digit % 2 === 0 ? half >>> 16 : half & 0xffff) ^ turned) & 0xffff;
}
