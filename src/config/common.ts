import { z } from 'zod';

/** Names that become parts of paths, keys and workflow ids. */
export const slug = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9_-]{0,62}$/,
    'use lower-case letters, digits, "-" and "_", starting with a letter or digit, at most 63',
  )
  .meta({ title: 'name' });

/** Names that become SQL columns. */
export const columnName = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,62}$/, 'use lower-case letters, digits and "_", starting with a letter, at most 63')
  .meta({ title: 'column name' });

export const isoDate = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/, 'write a date as YYYY-MM-DD')
  .refine(
    (text) => !Number.isNaN(Date.parse(text)) && new Date(`${text}T00:00:00Z`).toISOString().startsWith(text),
    'there is no such day',
  )
  .meta({ title: 'date as YYYY-MM-DD' });

export const share = z.number().min(0).max(1);
