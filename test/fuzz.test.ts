import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { doors } from '../fuzz/doors/index.js';
import { withoutOwnData } from '../fuzz/places.js';
import { tryDoor } from '../fuzz/try-door.js';

// The short form of `npm run fuzz`: the same inputs every time.
const SEED = 17;
const INPUTS = 60;

let folder: string;
let restore: () => void;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lottery-fuzz-'));
  restore = withoutOwnData(folder);
});
afterAll(() => {
  restore();
  rmSync(folder, { recursive: true, force: true });
});

describe('hostile inputs are refused with a sentence, or read as what they are', () => {
  it.each(Object.keys(doors).filter((name) => name !== 'command'))('%s', async (name) => {
    const door = await doors[name]({ folder });
    let tried = 0;
    const failure = await tryDoor(door, { seed: SEED, inputs: INPUTS, isMeasured: false, onTried: () => tried++ });
    const repeat = failure && `npm run fuzz -- --door ${name} --seed ${failure.seed} --path ${failure.path}`;
    expect(failure && `${failure.message}\nrepeat: ${repeat}`).toBeUndefined();
    expect(tried).toBe(INPUTS);
  });
});
