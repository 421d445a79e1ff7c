import { createInterface } from 'node:readline';
import type { Prepared, Request, Test, Timing } from './protocol.js';

/** A case that an engine written in JavaScript has prepared. */
export interface Runnable extends Prepared {
  /** Repeats a part so many times; bytes are the most that one of its workers held. */
  readonly run: (part: number, times: number) => void | Promise<void> | Promise<{ readonly bytes: number }>;
}

/** Serves the benchmark's requests (protocol.ts) until standard input ends, then ends the process. */
export async function serve(
  version: string,
  prepare: (test: Test, threads: number) => Runnable | Promise<Runnable>,
): Promise<never> {
  const answer = (value: object) => process.stdout.write(`${JSON.stringify(value)}\n`);
  answer({ version });
  let prepared: Runnable | undefined;
  for await (const line of createInterface({ input: process.stdin })) {
    try {
      const request = JSON.parse(line) as Request;
      if ('prepare' in request) {
        prepared = await prepare(request.prepare, request.threads);
        const { run: _, ...facts } = prepared;
        answer(facts);
      } else {
        if (prepared === undefined) throw new Error('asked to run before any case was prepared.');
        answer(await timed(prepared, request.run, request.times));
      }
    } catch (error) {
      answer({ error: error instanceof Error ? error.message : String(error) });
    }
  }
  process.exit(0);
}

async function timed({ run }: Runnable, part: number, times: number): Promise<Timing> {
  const before = process.cpuUsage();
  const began = performance.now();
  const held = await run(part, times);
  const wall = performance.now() - began;
  const { user, system } = process.cpuUsage(before);
  return { wall, cpu: (user + system) / 1000, ...held };
}
