import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Answer, Prepared, Request, Test, Timing } from './protocol.js';

/** How to start an engine. */
export interface Launch {
  readonly command: string;
  readonly words: readonly string[];
  /** Added to the environment of the benchmark. */
  readonly env?: Readonly<Record<string, string>>;
}

/** The longest that an engine may take for one answer, in milliseconds. */
const PATIENCE = 600_000;

/** A running engine, asked for one thing at a time. */
export class EngineProcess {
  readonly #process: ChildProcess;
  readonly #ended: Promise<void>;
  #said = '';
  #waiting: { resolve: (answer: Answer) => void; reject: (error: Error) => void } | undefined;
  #failure: Error | undefined;

  private constructor({ command, words, env }: Launch) {
    const child = spawn(command, words, { env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'pipe'] });
    this.#process = child;
    createInterface({ input: child.stdout }).on('line', (line) => this.#hear(line));
    child.stderr.on('data', (text) => {
      this.#said = `${this.#said}${text}`.slice(-2_000);
    });
    // Writing to a process that has just ended fails; why it ended is what is reported.
    child.stdin.on('error', () => {});
    this.#ended = new Promise((resolve) => {
      child.on('error', (error) => {
        this.#fail(error);
        resolve();
      });
      child.on('close', (code, signal) => {
        this.#fail(new Error(`${command} ${words.join(' ')} ended (${signal ?? code}). ${this.#said}`.trim()));
        resolve();
      });
    });
  }

  /** Starts an engine and hears which version it is. */
  static async start(launch: Launch): Promise<{ engine: EngineProcess; version: string }> {
    const engine = new EngineProcess(launch);
    const { version } = (await engine.#answer()) as { version: string };
    return { engine, version };
  }

  #hear(line: string): void {
    if (!line.startsWith('{')) return;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    try {
      const answer = JSON.parse(line) as Answer;
      if ('error' in answer) waiting?.reject(new Error(answer.error));
      else waiting?.resolve(answer);
    } catch {
      waiting?.reject(new Error(`an engine answered ${line.slice(0, 200)}; expected a line of JSON.`));
    }
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#waiting?.reject(this.#failure);
    this.#waiting = undefined;
  }

  #answer(): Promise<Answer> {
    if (this.#failure) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      const alarm = setTimeout(() => {
        this.#fail(new Error(`an engine did not answer within ${PATIENCE / 1000} s.`));
        this.#process.kill('SIGKILL');
      }, PATIENCE);
      const settle =
        <T>(act: (value: T) => void) =>
        (value: T) => {
          clearTimeout(alarm);
          act(value);
        };
      this.#waiting = { resolve: settle(resolve), reject: settle(reject) };
    });
  }

  #ask(request: Request): Promise<Answer> {
    const answer = this.#answer();
    this.#process.stdin?.write(`${JSON.stringify(request)}\n`);
    return answer;
  }

  prepare(test: Test, threads: number): Promise<Prepared> {
    return this.#ask({ prepare: test, threads }) as Promise<Prepared>;
  }

  /** Runs a part of the prepared case so many times. */
  run(part: number, times: number): Promise<Timing> {
    return this.#ask({ run: part, times }) as Promise<Timing>;
  }

  /** Lets the engine end, and waits until it has. */
  async close(): Promise<void> {
    this.#process.stdin?.end();
    const alarm = setTimeout(() => this.#process.kill('SIGKILL'), 5_000);
    await this.#ended;
    clearTimeout(alarm);
  }
}
