import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inkOn, luminance } from './colours.js';

describe('numbers on a coloured ground', () => {
  it('are in an ink that is read on every ground', () => {
    const channel = fc.integer({ min: 0, max: 255 });
    fc.assert(
      fc.property(channel, channel, channel, (red, green, blue) => {
        const ground = luminance([red, green, blue]);
        const ink = inkOn([red, green, blue]) === '#fff' ? 1 : luminance([17, 17, 17]);
        expect((Math.max(ground, ink) + 0.05) / (Math.min(ground, ink) + 0.05)).toBeGreaterThan(4);
      }),
    );
  });
});
