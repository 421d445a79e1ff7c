import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { commandIn, digestOf, type Finished } from './fixtures/command.js';

// docs/data.md is run: its files are written, its Python makes data, its commands train on them.
const page = readFileSync(fileURLToPath(new URL('../docs/data.md', import.meta.url)), 'utf8');

interface Block {
  readonly language: string;
  /** The file that the line before it names, if it names one. */
  readonly path: string | undefined;
  readonly text: string;
}

const blocks = [...page.matchAll(/(?:^`([^`\n]+)`\n\n)?^```(\w+)\n(.*?)^```$/gms)].map(
  ([, path, language, text]): Block => ({ language, path, text }),
);

/** The Python to run, which may be named; one that cannot import a module is asked what it lacks. */
const python = process.env.PYTHON ?? 'python3';
const has = (module: string) => spawnSync(python, ['-c', `import ${module}`]).status === 0;
const hasNumpy = has('numpy');
const hasPillow = hasNumpy && has('PIL');

const { lottery, path } = commandIn('data-tour');

/** What a command is preceded by: the Python that makes its data. */
const steps = blocks.flatMap(({ language, text }, place) => {
  if (language !== 'sh') return [];
  const before = blocks[place - 1];
  return text
    .trim()
    .split('\n')
    .map((command) => ({ command, makes: before.language === 'python' ? before.text : undefined }));
});

const results = new Map<string, Finished>();

describe.skipIf(!hasNumpy)('docs/data.md (skipped where there is no python3 with NumPy)', () => {
  beforeAll(() => {
    for (const { path: name, text } of blocks) if (name !== undefined) writeFileSync(path(name), text);
  });

  it('has Python before each command', () => {
    expect(steps.length).toBeGreaterThan(5);
    for (const { command, makes } of steps) expect(makes, command).toBeDefined();
  });

  for (const { command, makes = '' } of steps) {
    const needsPillow = makes.includes('PIL');
    it.skipIf(needsPillow && !hasPillow)(
      `${command}${needsPillow ? ' (skipped where Pillow is missing)' : ''}`,
      async () => {
        const { status, stderr } = spawnSync(python, ['-c', makes], { cwd: path(), encoding: 'utf8' });
        expect(status, stderr).toBe(0);
        const [npx, program, ...words] = command.split(' ');
        expect([npx, program]).toEqual(['npx', 'lottery']);
        const finished = await lottery([...words, '--no-report']);
        expect(finished.code, finished.err).toBe(0);
        results.set(command, finished);
      },
    );
  }

  it('has the same digest for the same data in every form', () => {
    const digest = (file: string) =>
      digestOf(results.get(`npx lottery run own.yaml --set data.path=${file}`) as Finished);
    const first = digest('images.npz');
    expect(first).toMatch(/^[0-9a-f]{64}$/);
    for (const form of ['wide.npz', 'columns.npz']) expect(digest(form), form).toBe(first);
    expect(digest('colour.npz')).not.toBe(first);
  });
});
