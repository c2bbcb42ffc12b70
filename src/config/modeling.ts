import { z } from 'zod';
import { share } from './common';

export const ALGORITHMS = ['kmeans'] as const;

export const modelingConfig = z.strictObject({
  algorithms: z
    .array(z.enum(ALGORITHMS))
    .min(1, 'name at least one algorithm to compare')
    .default(['kmeans'])
    .describe('compared with each other'),
  clusters: z
    .strictObject({
      min: z.int().min(2).describe('smallest k'),
      max: z.int().max(30, 'more than 30 personas cannot be acted on').describe('largest k'),
    })
    .refine((k) => k.min <= k.max, { error: 'min must not exceed max', path: ['min'] })
    .default({ min: 2, max: 10 })
    .describe('the k that are tried; only those within objective.granularity can be chosen'),
  restarts: z.int().min(1).max(1000).default(20).describe('starts per k; the best one counts'),
  sizeGates: z
    .strictObject({
      minShare: share.default(0.02).describe('of the customers, in the smallest cluster'),
      minCustomers: z.int().nonnegative().default(50).describe('in the smallest cluster'),
      maxShare: share.default(0.7).describe('of the customers, in the largest cluster'),
    })
    .prefault({})
    .describe('a k with clusters beyond these cannot be chosen'),
  stability: z
    .strictObject({
      resamples: z.int().min(2).max(1000).default(50).describe('how many samples are clustered again'),
      rows: z.int().min(100).default(5000).describe('customers per sample'),
      accept: share.default(0.85).describe('agreement from which a k counts as stable'),
      block: z
        .boolean()
        .default(false)
        .describe('true: a cluster below 0.6 rejects its k; false: it is a label and a warning'),
    })
    .prefault({})
    .describe('whether the clusters come again in samples of the customers'),
  silhouetteRows: z.int().min(100).max(50_000).default(10_000).describe('customers the silhouette is calculated on'),
  seed: z.int().nonnegative().default(0).describe('of every random number: same seed, same result'),
});
