import { z } from 'zod';
import { columnName } from './common';

export const featuresConfig = z.strictObject({
  revenue: z.enum(['net', 'gross']).default('net').describe('net of cancellations, or gross'),
  recencyFrom: z
    .enum(['asOf', 'dayAfter'])
    .default('asOf')
    .describe('recency counts days to the as-of date, or to the day after'),
  night: z
    .strictObject({
      from: z.int().min(0).max(23).describe('first hour'),
      to: z.int().min(0).max(23).describe('the hour after the last one'),
    })
    .default({ from: 22, to: 6 })
    .describe('hours, local time; to is exclusive'),
  countryGroups: z
    .record(z.string().min(1), z.array(z.string().min(1)).min(1))
    .default({})
    .describe('group → countries; all others are "other"'),
  productMix: z
    .strictObject({
      column: z
        .enum(['product_code', 'product_name', 'product_category'])
        .describe('the transactions column the patterns are matched against'),
      categories: z
        .array(
          z.strictObject({
            name: columnName.describe('the feature is mix_<name>'),
            label: z.string().min(1).describe('in the report'),
            pattern: z.string().min(1).describe('regular expression (RE2), case-insensitive; the first match wins'),
            people: z
              .string()
              .min(1)
              .optional()
              .describe('what a persona name calls those who buy it, e.g. "campers"; default: "<label> lovers"'),
          }),
        )
        .min(2)
        .max(12)
        .describe('in the order in which they are tried'),
      other: z.string().default('Other').describe('label of what no pattern matches'),
    })
    .optional()
    .describe('shares of value by category of product: the whole product_mix'),
  customerAttributes: z
    .array(columnName)
    .default([])
    .describe('columns of the source customers that join the profiles (never the model unless listed there)'),
  sql: z
    .array(
      z.strictObject({
        file: z.string().min(1).describe('relative to this file'),
        features: z
          .array(
            z.strictObject({
              name: columnName.describe('the column of the SELECT'),
              kind: z
                .enum(['count', 'amount', 'days', 'share', 'number', 'category'])
                .describe(
                  'share: from 0 to 1, enters the model as a logit; category: describes, never enters the model',
                ),
              unit: z.string().default('').describe('shown behind values'),
              label: z.string().min(1).describe('in the report'),
              words: z
                .strictObject({
                  high: z.string().min(1).describe('far above the base'),
                  low: z.string().min(1).describe('far below it'),
                })
                .optional()
                .describe(
                  'adjectives for persona names: far above and far below the base, e.g. { high: Weekend, low: Weekday }; without them it never names',
                ),
            }),
          )
          .min(1)
          .describe('the columns of the SELECT that are features'),
      }),
    )
    .default([])
    .describe(
      "the project's own features: one SELECT per file over clean.lines, clean.orders and clean.customers, one row per pid",
    ),
  model: z
    .array(z.string().min(1))
    .min(1, 'list the features that enter the clustering')
    .describe(
      'feature names; the name of a whole (product_mix, seasonality) enters as isometric log-ratios, a lone share as a logit',
    ),
});
