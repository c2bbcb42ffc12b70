import { z } from 'zod';
import { share } from './common';

export const ALGORITHMS = ['kmeans'] as const;

export const modelingConfig = z.strictObject({
  algorithms: z.array(z.enum(ALGORITHMS)).min(1, 'name at least one algorithm to compare').default(['kmeans']),
  clusters: z
    .strictObject({ min: z.int().min(2), max: z.int().max(30, 'more than 30 personas cannot be acted on') })
    .refine((k) => k.min <= k.max, { error: 'min must not exceed max', path: ['min'] })
    .default({ min: 2, max: 10 })
    .describe('the k that are tried; only those within objective.granularity can be chosen'),
  restarts: z.int().min(1).max(1000).default(20),
  sizeGates: z
    .strictObject({
      minShare: share.default(0.02),
      minCustomers: z.int().nonnegative().default(50),
      maxShare: share.default(0.7),
    })
    .prefault({}),
  stability: z
    .strictObject({
      resamples: z.int().min(2).max(1000).default(50),
      rows: z.int().min(100).default(5000),
      accept: share.default(0.85),
    })
    .prefault({}),
  silhouetteRows: z.int().min(100).max(50_000).default(10_000),
  seed: z.int().nonnegative().default(0),
});
