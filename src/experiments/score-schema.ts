import * as z from 'zod';
import { scoreNames } from '../tickets/index.js';
import { moduleEndings } from './own-score.js';

/** `pruning.score` as people write it: a name; the path of a module; or that with the digest it must have. */
export const scoreSchema = z.union([
  z.enum(scoreNames),
  z
    .templateLiteral([z.string(), z.enum(moduleEndings)])
    .describe('The path of a module whose default export is a score, such as ./my-score.mjs.'),
  z.strictObject({
    module: z.string().min(1).describe('A score of your own: the path of the module that holds it.'),
    digest: z
      .string()
      .regex(/^[0-9a-f]{64}$/, 'expected 64 hexadecimal digits, the SHA-256 of the file')
      .describe('SHA-256 of that file; a file with another digest is refused.'),
  }),
]);
