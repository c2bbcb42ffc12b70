import { z } from 'zod';

const pattern = z.string().min(1).describe('regular expression (RE2)');

/** What happens to the rows that are no ordinary sale. Each policy is counted in the decision log, in this order. */
export const cleaningConfig = z.strictObject({
  missingCustomers: z.literal('drop').default('drop').describe('rows without a customer cannot describe one'),
  badDebt: z.strictObject({ orderPattern: pattern, policy: z.enum(['drop', 'keep']).default('drop') }).optional(),
  nonProducts: z
    .strictObject({ codePattern: pattern, policy: z.enum(['drop', 'keep']).default('drop') })
    .optional()
    .describe('postage, fees, manual corrections and retired codes'),
  exactDuplicates: z.enum(['drop', 'keep']).default('drop'),
  cancellations: z
    .strictObject({
      orderPattern: pattern.describe('orders that are cancellations, e.g. "^C"'),
      policy: z.enum(['net', 'drop']).default('net').describe('net: negative lines reduce revenue and are no orders'),
    })
    .optional(),
  zeroPrices: z.enum(['drop', 'keep']).default('drop'),
  negativePrices: z.enum(['drop', 'keep']).default('drop'),
  negativeQuantities: z
    .enum(['drop', 'net', 'keep'])
    .default('drop')
    .describe('negative quantities outside cancellations; net: treat as returns'),
});
