import { z } from 'zod';
import { share } from './common';

export const personasConfig = z.strictObject({
  minOverlap: share
    .default(0.3)
    .describe(
      'a persona keeps its key if the matched cluster shares at least this Jaccard overlap of surviving members',
    ),
  atRisk: z
    .strictObject({ gapFactor: z.number().positive().default(2), minOrders: z.int().min(2).default(3) })
    .prefault({})
    .describe('at risk: recency > gapFactor × own median gap, with at least minOrders orders'),
  whales: z.strictObject({ topShare: share.default(0.01) }).prefault({}),
});
