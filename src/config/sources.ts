import { z } from 'zod';
import { columnName } from './common';

export const COLUMN_TYPES = ['text', 'integer', 'decimal', 'date', 'timestamp', 'boolean'] as const;

/** One column of a role: where it comes from, and as what. Ids are always text. */
export const columnConfig = z.strictObject({
  from: z.string().min(1).describe('the column name in the export'),
  type: z.enum(COLUMN_TYPES).describe('what it is read as; ids and codes are text'),
  format: z
    .string()
    .optional()
    .describe(
      'strptime format of a date or timestamp in text files, e.g. "%d.%m.%Y"; required where the text is not ISO 8601',
    ),
  required: z.boolean().default(false).describe('rows without a value are rejected with the reason "missing <column>"'),
});

const roleColumns = <Needed extends string>(needed: readonly Needed[]) =>
  z.record(columnName, columnConfig).superRefine((columns, ctx) => {
    for (const name of needed) {
      if (!(name in columns))
        ctx.addIssue({ code: 'custom', message: `map the column "${name}": this role needs ${needed.join(', ')}` });
    }
    for (const [name, column] of Object.entries(columns)) {
      if (/(^|_)(id|code)$/.test(name) && column.type !== 'text') {
        ctx.addIssue({
          code: 'custom',
          path: [name, 'type'],
          message: `ids and codes are text, not ${column.type}: numbers lose leading zeros and digits`,
        });
      }
    }
  });

const source = {
  path: z.string().min(1).describe('file, folder or glob, relative to this file'),
  format: z.enum(['parquet', 'csv', 'ndjson']).describe('csv may be gzipped (.gz)'),
  csv: z
    .strictObject({
      delimiter: z.string().length(1).default(',').describe('between two cells'),
      quote: z.string().length(1).default('"').describe('around a cell; doubled inside of one'),
      header: z.literal(true).default(true).describe('the first line names the columns'),
      multiline: z
        .boolean()
        .default(false)
        .describe(
          'a quoted cell may hold line breaks; without it a record that spans lines stops the run as a stray quote',
        ),
      nulls: z.array(z.string()).default(['']).describe('texts that mean no value; an empty one always does'),
    })
    .prefault({})
    .describe('dialect of a csv file'),
  freshness: z
    .strictObject({
      column: columnName.describe('a mapped date or timestamp'),
      maxAgeMonths: z.int().positive().describe('before the as-of date'),
    })
    .optional()
    .describe('rows older than this at the as-of date are rejected with the reason "stale"'),
  knownAt: columnName.optional().describe('the column that says when the row was loaded: the second clock'),
  maxRejected: z.number().min(0).max(1).default(0.01).describe('share of unreadable rows above which the run stops'),
};

export const TRANSACTION_COLUMNS = [
  'customer_id',
  'order_id',
  'product_code',
  'quantity',
  'unit_price',
  'ordered_at',
] as const;

const COLUMNS = `by the names the pipeline uses; transactions need ${TRANSACTION_COLUMNS.join(', ')}, customers need customer_id, others as checks and features use them`;

export const sourcesConfig = z.strictObject({
  transactions: z
    .strictObject({
      ...source,
      columns: roleColumns(TRANSACTION_COLUMNS).describe(COLUMNS),
    })
    .describe('order lines'),
  customers: z
    .strictObject({ ...source, columns: roleColumns(['customer_id']).describe(COLUMNS) })
    .optional()
    .describe('one row per customer; describes the personas, does not make them'),
});
