import { z } from 'zod';

/** What the personas are for. Heads the report; `granularity` limits k. */
export const objectiveConfig = z.strictObject({
  touchpoint: z.string().min(1).describe('where the personas are used, e.g. "spring catalogue and newsletter"'),
  kpis: z
    .array(z.string().min(1))
    .min(1, 'name at least one KPI: a feature, or revenue')
    .describe('features (or "revenue") reported for each persona'),
  stakeholders: z.array(z.string().min(1)).default([]).describe('who works with the personas: named in the report'),
  granularity: z
    .strictObject({
      min: z.int().min(2).describe('fewest'),
      max: z.int().max(30, 'more than 30 personas cannot be acted on').describe('most'),
    })
    .refine((k) => k.min <= k.max, { error: 'min must not exceed max', path: ['min'] })
    .describe('how many personas people can act on: the limits of k'),
});
