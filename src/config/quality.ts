import { z } from 'zod';
import { columnName, share, slug } from './common';

const check = {
  id: slug,
  source: z.enum(['transactions', 'customers']),
  severity: z.enum(['block', 'warn']).default('warn').describe('block: more than maxShare offending rows stop the run'),
  maxShare: share.default(0).describe('share of offending rows that is still accepted'),
  rows: z
    .enum(['keep', 'quarantine'])
    .default('keep')
    .describe('quarantine: offending rows leave the data (they are listed in the quarantine either way)'),
  message: z.string().default(''),
};
const bound = z.union([z.number(), z.literal('asOf'), z.string().min(1)]);

/** Each kind of check is one file `sql/quality/<check>.sql`, which returns the offending rows. */
export const checkConfig = z.discriminatedUnion('check', [
  z.strictObject({ ...check, check: z.literal('completeness'), column: columnName }),
  z.strictObject({ ...check, check: z.literal('duplicates'), columns: z.array(columnName).min(1) }),
  z
    .strictObject({
      ...check,
      check: z.literal('range'),
      column: columnName,
      min: bound.optional(),
      max: bound.optional(),
    })
    .refine((c) => c.min !== undefined || c.max !== undefined, 'give min, max or both'),
  z.strictObject({
    ...check,
    check: z.literal('reference'),
    column: columnName,
    in: z.enum(['transactions', 'customers']),
    inColumn: columnName,
  }),
  z
    .strictObject({
      ...check,
      check: z.literal('consistency'),
      column: columnName,
      decides: columnName,
      valid: z.record(z.string(), z.string()),
    })
    .describe(
      'the value of `column` decides the value of `decides`, e.g. city → country; pairs in `valid`; values not listed are not tested',
    ),
  z
    .strictObject({ ...check, check: z.literal('sql'), file: z.string().min(1) })
    .describe('a project file with one SELECT that returns row_id of the offending rows'),
]);

export const qualityConfig = z.strictObject({
  checks: z
    .array(checkConfig)
    .default([])
    .superRefine((checks, ctx) => {
      const seen = new Set<string>();
      checks.forEach(({ id }, i) => {
        if (seen.has(id)) ctx.addIssue({ code: 'custom', path: [i, 'id'], message: `the id "${id}" is used twice` });
        seen.add(id);
      });
    }),
});
