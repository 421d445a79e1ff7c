import * as z from 'zod';

/** What a cell's summary must have for the rest of the program to rely on it; its specification is known by its hash. */

const number = z.union([z.number(), z.nan(), z.literal(Number.POSITIVE_INFINITY), z.literal(Number.NEGATIVE_INFINITY)]);
const digest = z.string().regex(/^[0-9a-f]{64}$/);

const measured = z.object({
  iteration: number,
  validationLoss: number,
  validationAccuracy: number,
  testLoss: number,
  testAccuracy: number,
});

export const cellFileSchema = z.object({
  files: z.record(z.string(), z.object({ bytes: z.int().min(0), sha256: digest })),
  sha256: digest,
  cell: z.looseObject({
    id: digest,
    specification: z.looseObject({ network: z.looseObject({ layers: z.array(z.unknown()) }) }),
    status: z.enum(['done', 'diverged']),
    density: number,
    layers: z.array(z.object({ layer: z.string(), kept: number, total: number })),
    earlyStop: measured,
    end: measured,
    inputDegree: z.array(number),
    flops: number,
    digests: z.object({
      history: digest,
      finalWeights: digest,
      earlyStopWeights: digest,
      mask: digest.nullable(),
      snapshots: z.record(z.string(), digest),
      cell: digest,
    }),
    provenance: z.looseObject({ seconds: number }),
  }),
});
