import { z } from 'zod';
import { ALGORITHMS, COVARIANCE_MODELS, LINKAGES, LPA_MODELS } from '../contracts/algorithms';
import { share } from './common';

/** A covariance model by its mclust name, or by tidyLPA's number as `lpa1`, `lpa2`, `lpa3`, `lpa6`. */
export const covarianceModel = z
  .enum([...COVARIANCE_MODELS, ...(Object.keys(LPA_MODELS).map((n) => `lpa${n}`) as `lpa${keyof typeof LPA_MODELS}`[])])
  .transform((name) => (name.startsWith('lpa') ? LPA_MODELS[Number(name.slice(3)) as keyof typeof LPA_MODELS] : (name as (typeof COVARIANCE_MODELS)[number])));

const mixture = z.strictObject({
  models: z
    .array(covarianceModel)
    .min(1, 'name at least one covariance model')
    .prefault(['EEI', 'VVI', 'EEE', 'VVV'])
    .describe('covariance models, EII to VVV as in mclust; lpa1, lpa2, lpa3 and lpa6 are tidyLPA names of EEI, VVI, EEE and VVV'),
  starts: z.int().min(2).max(1000).default(8).describe('starts per model and k: hierarchical ones first, then k-means++'),
  prior: z.enum(['none', 'conjugate']).default('none').describe('conjugate: the default prior of mclust, against collapsing components'),
  resampled: z.int().min(1).max(1000).default(12).describe('at most so many candidates are resampled, in the order of their BIC'),
  blrtDraws: z
    .int()
    .min(0)
    .max(1000)
    .default(0)
    .describe('draws of the bootstrap likelihood ratio test of the finalist against one component more and less; 0: not run'),
  blrtBudget: z
    .int()
    .min(1)
    .nullable()
    .default(null)
    .describe('EM iterations of these draws together; once used up, the tests end with the draws made and the bounds of p; null: no limit'),
});

const density = z.strictObject({
  method: z.enum(['hdbscan', 'dbscan']).default('hdbscan').describe('how dense regions are found'),
  minClusterSizes: z
    .array(share.positive())
    .min(1)
    .prefault([0.01, 0.02, 0.05])
    .describe('hdbscan: smallest clusters that are tried, as shares of the customers'),
  minSamples: z.int().min(2).max(1000).default(10).describe('neighbours that make a customer part of a dense region, itself included'),
  eps: z.array(z.number().positive()).min(1).prefault([0.5]).describe('dbscan: radii that are tried, in standard deviations'),
  maxNoise: share.default(0.2).describe('share of customers that may stay unassigned'),
});

/** What a selection without resamples cannot do: tell algorithms apart, and gate by stability. */
const WITHOUT_RESAMPLES = 'without resamples (modeling.stability.resamples: 0)';

export const modelingConfig = z.strictObject({
  algorithms: z
    .array(z.enum(ALGORITHMS))
    .min(1, 'name at least one algorithm to compare')
    .refine((names) => new Set(names).size === names.length, 'name each algorithm once')
    .default(['kmeans'])
    .describe('compared with each other: kmeans, hierarchical, mixture (latent profiles), density'),
  clusters: z
    .strictObject({
      min: z.int().min(2).describe('smallest k'),
      max: z.int().max(30, 'more than 30 personas cannot be acted on').describe('largest k'),
    })
    .refine((k) => k.min <= k.max, { error: 'min must not exceed max', path: ['min'] })
    .default({ min: 2, max: 10 })
    .describe('the k that are tried; one less and one more are fitted for information; only those within objective.granularity can be chosen'),
  sampleRows: z
    .int()
    .min(100)
    .max(20_000)
    .default(5000)
    .describe('customers in the sample that candidates are fitted to and compared on; above 10,000 silhouettes are estimates with their error'),
  restarts: z.int().min(1).max(1000).default(20).describe('starts of k-means per k; the best one counts'),
  hierarchical: z
    .strictObject({ linkage: z.enum(LINKAGES).default('ward').describe('distance between clusters') })
    .prefault({})
    .describe('agglomerative clustering'),
  mixture: mixture.prefault({}).describe('Gaussian mixtures (latent profile analysis)'),
  density: density.prefault({}).describe('dense regions; customers outside of them stay unassigned'),
  sizeGates: z
    .strictObject({
      minShare: share.default(0.02).describe('of the customers, in the smallest cluster'),
      minCustomers: z.int().nonnegative().default(50).describe('in the smallest cluster'),
      maxShare: share.default(0.7).describe('of the customers, in the largest cluster'),
    })
    .prefault({})
    .describe('a candidate with clusters beyond these cannot be chosen'),
  stability: z
    .strictObject({
      resamples: z
        .int()
        .min(0)
        .max(1000)
        .refine((n) => n !== 1, 'draw the customers anew 2 times or more, or 0 for not at all')
        .default(30)
        .describe('how often the sample is drawn anew and clustered again; 0: nothing is drawn anew (no prediction strength and no permuted data either), and the report says that nothing is known of it'),
      accept: share.default(0.85).describe('mean Jaccard from which a candidate counts as reproduced: mixtures and densities are chosen among those, k-means and hierarchical warn below it'),
      block: z
        .boolean()
        .default(false)
        .describe('true: a cluster below 0.6 rejects its candidate; false: it is a label and a warning'),
    })
    .prefault({})
    .describe('whether the clusters come again in resamples of the customers'),
  holdout: z
    .strictObject({
      enabled: z.boolean().default(true).describe('false: not done'),
      days: z.int().min(1).max(3650).nullable().default(null).describe('length of either window; null: half of the history'),
      block: z.boolean().default(false).describe('true: a persona below 0.6 stops the run; false: it is a label and a warning'),
      minCustomers: z.int().min(2).default(200).describe('with fewer customers in either window nothing is compared'),
    })
    .prefault({})
    .describe('hold-out in time: the chosen model fitted to an earlier window and looked at in a later one of equal length'),
  gapDraws: z.int().min(0).max(1000).default(10).describe('reference sets of the gap statistic of k-means; 0: not run'),
  picture: z
    .strictObject({
      method: z.enum(['umap', 'none']).default('umap').describe('umap: a map of the neighbourhoods for the report; nothing is decided on it'),
      rows: z.int().min(16).max(2500).default(1000).describe('customers on it, at most'),
    })
    .prefault({})
    .describe('a picture of the customers, for the eye only'),
  polish: z
    .boolean()
    .default(false)
    .describe('true: k-means of every k goes on from the sample to all customers before it is compared, so that its inertia and sizes are those of all; false: the chosen one only'),
  seed: z.int().nonnegative().default(0).describe('of every random number: same seed, same result'),
})
  .refine(({ algorithms, stability }) => stability.resamples > 0 || algorithms.length === 1, {
    error: `${WITHOUT_RESAMPLES} nothing compares several algorithms: name one`,
    path: ['algorithms'],
  })
  .refine(({ stability }) => stability.resamples > 0 || !stability.block, {
    error: `${WITHOUT_RESAMPLES} there is nothing to block by`,
    path: ['stability', 'block'],
  });
