import { z } from 'zod';
import { share } from './common';

const drift = z.strictObject({
  psi: z.number().positive().default(0.25).describe('population stability index of a feature, above which it has drifted'),
  ks: share.positive().default(0.1).describe('two-sample Kolmogorov-Smirnov statistic of a feature, above which it has drifted; also of the share of missing values'),
  meanChange: z.number().positive().default(0.05).describe('relative change of a mean, winsorised at p99: it has drifted if the interval lies wholly beyond ± this'),
  level: z.number().positive().max(0.1).default(0.001).describe('of the interval, divided by the number of features'),
  draws: z.int().min(200).max(10_000).default(2000).describe('of the bootstrap'),
});

/** When a run in `auto` mode fits a new model, and when that model takes over from the current one. */
export const modesConfig = z.strictObject({
  maxModelAgeDays: z.int().min(1).max(3660).default(30).describe('from this age on, counted in as-of dates, the model is fitted anew'),
  drift: drift.prefault({}).describe('what counts as drift, of each feature of the model, against the day it was fitted'),
  maxCustomerChange: z.number().positive().default(0.3).describe('relative change of the number of customers'),
  maxShareChange: share.positive().default(0.1).describe('change of the share that a persona has of the customers: 0.1 is from 20 % to 30 %'),
  maxFarIncrease: share
    .positive()
    .default(0.05)
    .describe('growth of the share of customers far from every persona (beyond p99 of the distances at the fit; for mixtures below p1 of the densities, for densities the unassigned)'),
  challenger: z
    .strictObject({
      maxJaccardLoss: share.default(0.05).describe('mean Jaccard that a new model may have less than the current one'),
      minKept: share.default(0.8).describe('share of the customers that keep their persona; with fewer an approver has to agree'),
    })
    .prefault({})
    .describe('what a new model has to pass to take over'),
});

export type ModesConfig = z.infer<typeof modesConfig>;
