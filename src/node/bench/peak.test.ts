import { execFileSync } from 'node:child_process';
import { beforeAll, describe, expect, it } from 'vitest';
import { measurePeak, type Peak, peakAssembly, peakSeparate } from './peak.js';

const compiler = process.env.CC ?? 'cc';
const found = (() => {
  try {
    execFileSync(compiler, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

/** Skipped where no C compiler is found. */
const withCompiler = found ? it : it.skip;

describe(`the machine's peak${found ? '' : `, not measured: ${compiler} was not found`}`, () => {
  let peak: Peak;
  beforeAll(() => {
    if (found) peak = measurePeak();
  });

  withCompiler('is a positive number for every width, separate and contracted', () => {
    expect(peak.clockGigahertz).toBeGreaterThan(0);
    expect(peak.copyGigabytes).toBeGreaterThan(0);
    expect(peak.sums).toBeGreaterThanOrEqual(12);
    const widths = peak.loops.filter(({ contracted }) => !contracted).map(({ bits }) => bits);
    expect(widths).toEqual([128, 256, 512].slice(0, widths.length));
    expect(widths.length).toBeGreaterThan(0);
    for (const { gflops, perCycle } of peak.loops) {
      expect(gflops).toBeGreaterThan(0);
      expect(perCycle).toBeGreaterThan(0);
    }
    expect(peakSeparate(peak, 128)).toBe(peak.loops[0].gflops);
    expect(peakSeparate(peak)).toBeGreaterThanOrEqual(peakSeparate(peak, 128));
  });

  // Other compilers and processors write other names.
  const readable = process.arch === 'x64' && process.platform === 'linux' ? withCompiler : it.skip;
  readable('comes of loops that the compiler neither folded nor spilled', () => {
    const { sums } = peak;
    const functions = [...peakAssembly().matchAll(/^((separate|contracted)_\d+)[.\w]*:\n(.*?)\.cfi_endproc/gms)].map(
      ([, name, kind, code]) => ({ name, kind, code }),
    );
    expect(functions.length).toBeGreaterThan(0);
    for (const { name, kind, code } of functions) {
      const count = (instruction: RegExp) => code.match(instruction)?.length ?? 0;
      expect(count(/\(%r[sb]p\)/g), `${name} touches the stack`).toBe(0);
      const fused = kind === 'contracted';
      expect(count(/\bvfmadd\d+ps\b/g), name).toBe(fused ? sums : 0);
      expect(count(/\bv?mulps\b/g), name).toBe(fused ? 0 : sums);
      // The sums are added up after the loop.
      expect(count(/\bv?addps\b/g), name).toBe(fused ? sums : 2 * sums);
    }
  });
});
