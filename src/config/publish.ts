import { z } from 'zod';
import { slug } from './common';

/** A path as written, without what changes nothing: `./out/` is `out`. */
const plainPath = (path: string): string =>
  path.slice(0, 1).replace(/[^/]/, '') +
  path
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/');

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
    .superRefine((targets, ctx) => {
      for (const [i, { name, path }] of targets.entries()) {
        const before = targets.slice(0, i);
        if (before.some((other) => other.name === name))
          ctx.addIssue({ code: 'custom', path: [i, 'name'], message: `two targets are called "${name}"` });
        const same =
          path === undefined
            ? undefined
            : before.find((other) => other.path !== undefined && plainPath(other.path) === plainPath(path));
        if (same)
          ctx.addIssue({
            code: 'custom',
            path: [i, 'path'],
            message: `"${same.name}" has this folder: give each target its own`,
          });
      }
    })
    .default([{ name: 'files', type: 'files', formats: ['parquet', 'csv', 'json', 'duckdb'], customerIds: false }]),
});
