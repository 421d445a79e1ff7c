import * as z from 'zod';
import { InputError } from '../networks/errors.js';
import { isPrintable } from '../networks/printable.js';
import { asRecorded } from './methods.js';
import { resolveSpecification } from './presets.js';
import type { RunRecord, StudyRecord } from './records.js';

/** What is wrong with a record that was read, or the record. */
export type ReadRecord<Kind> = { readonly record: Kind } | { readonly wrong: string };

const count = z.int().min(0);
const name = z.string().min(1);

const facts = z.object({
  name,
  digest: z.string().regex(/^[0-9a-f]{64}$/),
  shape: z.object({ channels: count.min(1), height: count.min(1), width: count.min(1) }),
  classes: count.min(1),
  train: z.object({ count }),
  test: z.object({ count }),
  ownValidation: count.optional(),
  normalised: z.literal('unit-length').optional(),
});

const common = {
  version: z.string(),
  engine: z.string(),
  platform: z.string(),
  processor: z.string(),
  dataset: facts,
  command: z.string(),
  started: z.string(),
  finished: z.string().nullable(),
  specification: z.looseObject({}),
};

const cellName = z.string().regex(/^[0-9a-f]{64}$/);

const runSchema = z.object({
  ...common,
  run: name,
  cells: z.array(
    z.object({
      id: cellName,
      condition: z.string(),
      trial: count,
      level: count,
      draw: count,
      density: z.number(),
    }),
  ),
});

const studySchema = z.object({
  ...common,
  folder: name,
  study: name,
  options: z.looseObject({}),
  cells: z.array(cellName),
  measurements: z.array(cellName),
});

/** The record of a run as it was read, whatever is in it. */
export function readRunRecord(value: unknown): ReadRecord<RunRecord> {
  return read(runSchema, value) as ReadRecord<RunRecord>;
}

/** The record of a study likewise. Its options are checked by the study. */
export function readStudyRecord(value: unknown): ReadRecord<StudyRecord> {
  return read(studySchema, value) as ReadRecord<StudyRecord>;
}

function read(schema: z.ZodType<{ readonly specification: object }>, value: unknown): ReadRecord<unknown> {
  if (!isPrintable(value)) return { wrong: 'it has control characters in it' };
  const parsed = schema.safeParse(withEngine(value));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return { wrong: `${issue.path.map(String).join('.') || 'the record'}: ${issue.message}` };
  }
  try {
    const specification = resolveSpecification(asRecorded(parsed.data.specification), 'its specification');
    return { record: { ...parsed.data, specification } };
  } catch (error) {
    if (error instanceof InputError) return { wrong: error.message.replace(/\.$/, '') };
    throw error;
  }
}

/** Records of earlier versions say `node` (`v20.20.2`) in place of `engine`. */
function withEngine(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('node' in value) || 'engine' in value) return value;
  const { node, ...rest } = value;
  return { ...rest, engine: `Node ${String(node).replace(/^v/, '')}` };
}
