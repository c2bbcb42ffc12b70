import { z } from 'zod';
import { slug } from './common';

/** Tables of a release, as targets name them. */
export const TABLE_NAMES = ['personas', 'customer_personas', 'customer_features', 'at_risk', 'whales'] as const;

const secret = (what: string) =>
  z
    .strictObject({
      env: z
        .string()
        .regex(/^[A-Z][A-Z0-9_]*$/, 'name an environment variable, e.g. WAREHOUSE_URL')
        .describe('environment variable that holds it'),
    })
    .describe(what);

const customerIds = z.boolean().default(false).describe('restore customer ids from the vault in this target');
const path = z.string().optional().describe('folder, relative to this file; default: the store');
const seconds = (most: number) => z.int().min(1).max(most);

export const filesTarget = z
  .strictObject({
    name: slug,
    type: z.literal('files'),
    path,
    formats: z
      .array(z.enum(['parquet', 'csv', 'json', 'duckdb']))
      .min(1)
      .default(['parquet', 'csv', 'json', 'duckdb']),
    customerIds,
  })
  .describe('a folder per release, and `current`');

/** Never one that a spreadsheet would take for a formula. */
const header = z
  .string()
  .max(128)
  .regex(/^[^=+\-@\s][^\r\n\0]*$/, 'a header is one line and does not begin with "=", "+", "-", "@" or a blank');

export const channelTarget = z
  .strictObject({
    name: slug,
    type: z.literal('channel'),
    path,
    columns: z
      .array(
        z.strictObject({
          header: header.describe('in the first line of the file'),
          column: z
            .string()
            .min(1)
            .max(128)
            .describe('of `customer_personas` or `customer_features`; `customer_id` only with `customerIds`'),
        }),
      )
      .min(1)
      .max(200)
      .refine((columns) => new Set(columns.map(({ header: text }) => text.toLowerCase())).size === columns.length, {
        error: 'two columns have the same header',
      }),
    split: z.enum(['none', 'persona']).default('none').describe('one file, or one for each persona'),
    delimiter: z.enum(['comma', 'semicolon', 'tab']).default('comma'),
    customerIds,
  })
  .describe('CSV files for a tool (e-mail, ads, CRM), with what was added, changed and removed');

export const postgresTarget = z
  .strictObject({
    name: slug,
    type: z.literal('postgres'),
    connection: secret('connection URL, `postgres://user:password@host/database?sslmode=…`'),
    schema: z
      .string()
      .regex(/^[a-z_][a-z0-9_]{0,47}$/, 'use lower-case letters, digits and "_", at most 48')
      .default('dramatis')
      .describe('of the views; the tables behind them are in `<schema>_versions`'),
    tables: z
      .array(z.enum(TABLE_NAMES))
      .min(1)
      .default([...TABLE_NAMES]),
    keep: z.int().min(2).max(100).default(3).describe('releases whose tables are kept'),
    statementTimeout: seconds(3600).default(300).describe('seconds that one statement may take'),
    customerIds,
  })
  .describe('views on a table per release, in a PostgreSQL database');

export const s3Target = z
  .strictObject({
    name: slug,
    type: z.literal('s3'),
    bucket: z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'write the name of a bucket'),
    prefix: z
      .string()
      .regex(/^([\w.-]+\/)*[\w.-]+$/, 'write a prefix as folder/folder, without "/" at either end')
      .optional()
      .describe('default: `<project>/<environment>`'),
    endpoint: z.url({ protocol: /^https?$/ }).optional().describe('of a store other than Amazon’s; its buckets are addressed by path'),
    region: z.string().min(1).default('us-east-1'),
    accessKeyId: secret('of the store').default({ env: 'AWS_ACCESS_KEY_ID' }),
    secretAccessKey: secret('of the store').default({ env: 'AWS_SECRET_ACCESS_KEY' }),
    formats: z
      .array(z.enum(['parquet', 'csv', 'json']))
      .min(1)
      .default(['parquet', 'csv', 'json']),
    customerIds,
  })
  .describe('objects in an S3-compatible store that has conditional writes');

export const webhookTarget = z
  .strictObject({
    name: slug,
    type: z.literal('webhook'),
    url: z.url({ protocol: /^https?$/ }).describe('https; plain http only with `allowPrivate`'),
    secret: secret('key of the signature (HMAC-SHA-256), 16 characters at least'),
    attempts: z.int().min(1).max(10).default(5).describe('tries of one delivery, with growing pauses'),
    timeout: seconds(60).default(5).describe('seconds that one try may take'),
    allowPrivate: z.boolean().default(false).describe('may be a private, link-local or loopback address'),
  })
  .refine(({ url, allowPrivate }) => allowPrivate || url.startsWith('https:'), {
    error: 'use https: the summary of a release is nobody else’s',
    path: ['url'],
  })
  .describe('a signed summary of each release, without customers');
