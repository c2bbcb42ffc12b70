import { z } from 'zod';
import { columnName, share, slug } from './common';

const check = {
  id: slug.describe('names the check in the report and the quarantine; each once'),
  source: z.enum(['transactions', 'customers']).describe('whose rows are tested'),
  severity: z.enum(['block', 'warn']).default('warn').describe('block: more than maxShare offending rows stop the run'),
  maxShare: share.default(0).describe('share of offending rows that is still accepted'),
  rows: z
    .enum(['keep', 'quarantine'])
    .default('keep')
    .describe('quarantine: offending rows leave the data (they are listed in the quarantine either way)'),
  message: z.string().default('').describe('why it matters: shown where the check fails'),
};
const bound = z
  .union([z.number(), z.literal('asOf'), z.string().min(1)])
  .describe('limit, inclusive: a number, a date as YYYY-MM-DD, or asOf (of a number: its year)');
const column = columnName.describe('a mapped column of the source');

/** Each kind of check is one file `sql/quality/<check>.sql`, which returns the offending rows. */
export const checkConfig = z.discriminatedUnion('check', [
  z.strictObject({ ...check, check: z.literal('completeness'), column }).describe('rows without a value'),
  z
    .strictObject({
      ...check,
      check: z.literal('duplicates'),
      columns: z.array(columnName).min(1).describe('mapped columns that together must be unique'),
    })
    .describe('rows that share them with an earlier one'),
  z
    .strictObject({
      ...check,
      check: z.literal('range'),
      column,
      min: bound.optional(),
      max: bound.optional(),
    })
    .refine((c) => c.min !== undefined || c.max !== undefined, 'give min, max or both')
    .describe('values beyond a limit'),
  z
    .strictObject({
      ...check,
      check: z.literal('reference'),
      column,
      in: z.enum(['transactions', 'customers']).describe('the source that must know the value'),
      inColumn: columnName.describe('the column of that source'),
    })
    .describe('values that the other source does not know'),
  z
    .strictObject({
      ...check,
      check: z.literal('consistency'),
      column,
      decides: columnName.describe('the column whose value it decides'),
      valid: z.record(z.string(), z.string()).describe('value → the value it decides'),
    })
    .describe(
      'pairs that cannot be: the value of `column` decides that of `decides`, e.g. city → country; values not in `valid` are not tested',
    ),
  z
    .strictObject({
      ...check,
      check: z.literal('sql'),
      file: z.string().min(1).describe('relative to this file; one SELECT that returns row_id of the offending rows'),
    })
    .describe('what a file of the project finds'),
]);

export const qualityConfig = z.strictObject({
  checks: z
    .array(checkConfig)
    .default([])
    .describe('what must hold before anything is calculated; each kind finds offending rows')
    .superRefine((checks, ctx) => {
      const seen = new Set<string>();
      checks.forEach(({ id }, i) => {
        if (seen.has(id)) ctx.addIssue({ code: 'custom', path: [i, 'id'], message: `the id "${id}" is used twice` });
        seen.add(id);
      });
    }),
});
