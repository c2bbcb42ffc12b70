import { z } from 'zod';

/** How the machine is used: observations, never part of a digest. */
export const engineConfig = z.strictObject({
  threads: z
    .int()
    .min(1)
    .max(256)
    .optional()
    .describe('compute threads and DuckDB threads; default: the number of cores'),
  memoryLimit: z
    .string()
    .regex(/^\d+(\.\d+)?(MB|GB)$/, 'write e.g. "2GB"')
    .default('2GB')
    .describe('of DuckDB; beyond it rows go to disk'),
});
