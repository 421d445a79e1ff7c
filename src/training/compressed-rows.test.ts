import { describe, expect, it } from 'vitest';
import { rowStarts, tiledStarts, tileWidth } from './compressed-rows.js';

describe('compressed rows in tiles', () => {
  const terms = 10;
  // Rows with terms 0 1 5 9, none, 4 5, 9.
  const positions = Int32Array.from([0, 1, 5, 9, 24, 25, 39]);
  const starts = rowStarts(positions, 4, terms);

  it('begin in each tile where the row before it ended', () => {
    const tiled = tiledStarts(starts, 2, (k) => Math.floor((positions[k] % terms) / 5));
    expect([...starts]).toEqual([0, 4, 4, 6, 7]);
    expect([...tiled]).toEqual([0, 4, 4, 6, 2, 4, 5, 6, 4, 4, 6, 7]);
  });

  it('have as many tiles as leave each row terms enough', () => {
    expect(tileWidth(784, 128, 235_200, 300, 48)).toBe(128);
    expect(tileWidth(784, 128, 23_520, 300, 48)).toBe(512);
    expect(tileWidth(784, 128, 2_352, 300, 48)).toBe(784);
    expect(tileWidth(3, 17, 43, 16, 12)).toBe(3);
    expect(tileWidth(64, 0, 0, 64, 12)).toBe(64);
  });
});
