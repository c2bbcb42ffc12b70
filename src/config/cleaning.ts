import { z } from 'zod';

const pattern = z.string().min(1).describe('regular expression (RE2)');
const policy = z.enum(['drop', 'keep']).default('drop').describe('keep: only counted');

/** What happens to the rows that are no ordinary sale. Each policy is counted in the decision log, in this order. */
export const cleaningConfig = z.strictObject({
  missingCustomers: z.literal('drop').default('drop').describe('rows without a customer cannot describe one'),
  badDebt: z
    .strictObject({ orderPattern: pattern, policy })
    .optional()
    .describe('orders that are bookings and no sales'),
  nonProducts: z
    .strictObject({ codePattern: pattern, policy })
    .optional()
    .describe('postage, fees, manual corrections and retired codes'),
  exactDuplicates: z
    .enum(['drop', 'keep'])
    .default('drop')
    .describe('lines that repeat another one in every column; one is kept'),
  cancellations: z
    .strictObject({
      orderPattern: pattern.describe('orders that are cancellations, e.g. "^C"'),
      policy: z.enum(['net', 'drop']).default('net').describe('net: negative lines reduce revenue and are no orders'),
    })
    .optional()
    .describe('orders that undo another one'),
  zeroPrices: z.enum(['drop', 'keep']).default('drop').describe('lines at a price of 0, such as samples'),
  negativePrices: z.enum(['drop', 'keep']).default('drop').describe('lines at a price below 0'),
  negativeQuantities: z
    .enum(['drop', 'net', 'keep'])
    .default('drop')
    .describe('negative quantities outside cancellations; net: treat as returns'),
});
