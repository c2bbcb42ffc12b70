import { z } from 'zod';
import { share } from './common';

export const personasConfig = z.strictObject({
  minOverlap: share
    .default(0.3)
    .describe(
      'a persona keeps its key if the matched cluster shares at least this Jaccard overlap of surviving members',
    ),
  identity: z
    .strictObject({
      mode: z
        .enum(['auto', 'pinned'])
        .default('auto')
        .describe('`auto`: personas are born, split, merge and retire as the customers do; `pinned`: a run whose clusters are not the personas of the current release, one to one, fails with PERSONAS_PINNED and publishes nothing'),
      match: share
        .default(0.5)
        .describe('most of a persona: the share of its surviving members that the parts of a split together hold, or that each persona of a merger brings'),
      split: share
        .default(0.2)
        .describe('a part of a persona that fell apart: at least this share of its surviving members'),
      merge: share
        .default(0.1)
        .describe('a persona counts in a merger if it brings at least this share of the members; with less it is absorbed and the other stays the same'),
      close: share
        .default(0.1)
        .describe('overlaps (Jaccard) nearer than this are close: there the more similar profile keeps the key'),
    })
    .prefault({})
    .describe('how split and merged personas are told from the same and new ones'),
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
