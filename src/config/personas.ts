import { z } from 'zod';
import { share } from './common';

export const personasConfig = z.strictObject({
  minOverlap: share
    .default(0.3)
    .describe(
      'a persona keeps its key if the matched cluster shares at least this Jaccard overlap of surviving members',
    ),
  uncertainBelow: share
    .default(0.8)
    .describe('customers whose probability of their persona is below this are marked as uncertain'),
  atRisk: z
    .strictObject({
      gapFactor: z.number().positive().default(2).describe('how many of its own gaps a customer is silent for'),
      minOrders: z.int().min(2).default(3).describe('with fewer the gap says nothing'),
    })
    .prefault({})
    .describe('at risk: recency > gapFactor × own median gap, with at least minOrders orders'),
  whales: z
    .strictObject({ topShare: share.default(0.01).describe('of the customers, by revenue') })
    .prefault({})
    .describe('the few who bring most'),
});
