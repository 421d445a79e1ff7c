import * as z from 'zod';
import { isPrintable } from '../networks/printable.js';
import type { CellSummary } from './store.js';

const count = z.int().min(0);
const digest = z.string().regex(/^[0-9a-f]{64}$/);
/** Of a diverged cell, NaN and the infinities too. */
const figure = z.custom<number>((value) => typeof value === 'number', 'expected a number');

const measurement = z.looseObject({
  iteration: count,
  validationLoss: figure,
  validationAccuracy: figure,
  testLoss: figure,
  testAccuracy: figure,
});

/** What everything that reads summaries takes for granted; cells of earlier versions have it too. */
const summarySchema = z.looseObject({
  id: digest,
  specification: z.looseObject({}),
  status: z.enum(['done', 'diverged']),
  density: z.number(),
  layers: z.array(z.looseObject({ layer: z.string(), kept: count, total: count })),
  earlyStop: measurement,
  end: measurement,
  inputDegree: z.array(z.number()),
  flops: z.number(),
  cost: z
    .looseObject({
      search: z.looseObject({ flops: z.number(), examples: z.number(), seconds: z.number() }),
      training: z.looseObject({
        forward: z.number(),
        backward: z.number(),
        evaluation: z.number(),
        examples: z.number(),
      }),
    })
    .optional(),
  digests: z.looseObject({
    history: digest,
    finalWeights: digest,
    earlyStopWeights: digest,
    mask: digest.nullable(),
    snapshots: z.record(z.string().regex(/^\d{1,15}$/), digest),
    cell: digest,
  }),
  provenance: z.looseObject({ started: z.string(), seconds: z.number() }),
});

/** The summary of a cell as it was read, whatever is in it; its specification is known by the cell's name. */
export function readCellSummary(value: unknown): { readonly summary: CellSummary } | { readonly wrong: string } {
  if (!isPrintable(value)) return { wrong: 'it has control characters in it' };
  const parsed = summarySchema.safeParse(value);
  if (parsed.success) return { summary: value as CellSummary };
  const [issue] = parsed.error.issues;
  return { wrong: `${issue.path.map(String).join('.') || 'the summary'}: ${issue.message}` };
}
