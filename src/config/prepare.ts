import { z } from 'zod';

export const prepareConfig = z.strictObject({
  impute: z.enum(['median', 'mean', 'zero']).default('median').describe('what a missing value becomes'),
  winsorise: z
    .strictObject({
      lower: z.number().min(0).max(0.25).describe('0: none'),
      upper: z.number().min(0.75).max(1).describe('1: none'),
    })
    .default({ lower: 0.005, upper: 0.995 })
    .describe('quantiles (type 7); values beyond are set to them'),
  transform: z
    .enum(['auto', 'none'])
    .default('auto')
    .describe('auto: |skewness| > 1 → log1p, or Yeo-Johnson where values are negative or log1p does not help'),
  scale: z.enum(['standard', 'none']).default('standard').describe('standard: mean 0 and standard deviation 1'),
  pseudoCount: z.number().positive().max(0.5).default(0.01).describe('added to each share before logit or log-ratio'),
  redundant: z
    .number()
    .min(0.5)
    .max(1)
    .default(0.9)
    .describe('of two columns with |ρ| above this the later one is dropped'),
  nearConstant: z
    .number()
    .min(0.5)
    .max(1)
    .default(0.98)
    .describe('a column with one value on more than this share of rows is dropped'),
});
