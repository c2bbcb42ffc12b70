import { z } from 'zod';
import { slug } from './common';

export const publishConfig = z.strictObject({
  targets: z
    .array(
      z.strictObject({
        name: slug,
        type: z.literal('files'),
        path: z.string().optional().describe('folder, relative to this file; default: the store'),
        formats: z
          .array(z.enum(['parquet', 'csv', 'json', 'duckdb']))
          .min(1)
          .default(['parquet', 'csv', 'json', 'duckdb']),
        customerIds: z.boolean().default(false).describe('restore customer ids from the vault in this target'),
      }),
    )
    .default([{ name: 'files', type: 'files', formats: ['parquet', 'csv', 'json', 'duckdb'], customerIds: false }]),
});
