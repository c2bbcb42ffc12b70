import type { FeaturesReport } from '../../../src/contracts/features';
import type { CleaningStep, CleanReport, ExtractReport, QualityReport } from '../../../src/contracts/reports';
import { stream } from './numbers';

export const extractReport = (): ExtractReport => ({
  asOf: '2011-12-09',
  knownAt: null,
  projectKeyId: 'key_5f0c1d7a92be',
  sources: [
    {
      role: 'transactions',
      files: [{ name: 'online_retail.parquet', sha256: 'a'.repeat(64), bytes: 7_640_112, rows: 541_909 }],
      rowsIn: 541_909,
      kept: 541_897,
      rejected: [
        { reason: 'after as-of', rows: 9 },
        { reason: 'unit_price is no decimal', rows: 3 },
      ],
      columns: [
        { name: 'pid', from: 'CustomerID', type: 'text', nulls: 135_080, distinct: 4372, min: null, max: null },
        { name: 'order_id', from: 'InvoiceNo', type: 'text', nulls: 0, distinct: 25_900, min: null, max: null },
        { name: 'product_code', from: 'StockCode', type: 'text', nulls: 0, distinct: 4070, min: null, max: null },
        { name: 'quantity', from: 'Quantity', type: 'integer', nulls: 0, distinct: 722, min: '-80995', max: '80995' },
        {
          name: 'unit_price',
          from: 'UnitPrice',
          type: 'decimal',
          nulls: 0,
          distinct: 1630,
          min: '-11062.0600',
          max: '38970.0000',
        },
        {
          name: 'ordered_at',
          from: 'InvoiceDate',
          type: 'timestamp',
          nulls: 0,
          distinct: 23_260,
          min: '2010-12-01 08:26:00',
          max: '2011-12-09 12:50:00',
        },
      ],
      profileHash: '4b1e9f0a77c25d3386e1b0c4f9a2d8e75c613f0b94ad2e87c05b1f6d3e7a9c42',
    },
    {
      role: 'customers',
      files: [],
      rowsIn: 4372,
      kept: 4372,
      rejected: [],
      columns: [
        { name: 'birth_year', from: 'born', type: 'integer', nulls: 212, distinct: 68, min: '1921', max: '2004' },
      ],
      profileHash: '88d03e5b6fa1c27409be1d5e7c3a9f0462b8d1e5f7a09c3b4d6e8f102a5c7b9d',
    },
  ],
});

const check = (
  id: string,
  kind: string,
  severity: 'block' | 'warn',
  offending: number,
  maxShare: number,
  message: string,
  rows: 'keep' | 'quarantine' = 'keep',
) => {
  const share = offending / 541_897;
  return {
    id,
    check: kind,
    source: 'transactions',
    severity,
    rows,
    tested: 541_897,
    offending,
    share,
    maxShare,
    passed: share <= maxShare,
    message,
  };
};

export const qualityReport = (): QualityReport => ({
  checks: [
    check('order-present', 'completeness', 'block', 0, 0, 'Every line belongs to an order'),
    check('customer-known', 'completeness', 'warn', 135_080, 0.2, 'Lines without a customer cannot describe one'),
    check('price-plausible', 'range', 'block', 2, 0.001, 'Prices below −10,000 are bad debt', 'quarantine'),
    check('no-repeats', 'duplicates', 'warn', 5268, 0.02, 'The same line twice in one order'),
  ],
  quarantined: [{ source: 'transactions', rows: 2 }],
  profile: {},
});

const step = (
  rule: string,
  policy: string,
  matched: number,
  removed: number,
  rowsBefore: number,
  valueBefore: string,
  valueAfter: string,
): CleaningStep => ({
  rule,
  policy,
  matched,
  removed,
  changed: 0,
  rowsBefore,
  rowsAfter: rowsBefore - removed,
  valueBefore,
  valueAfter,
});

export const cleanReport = (): CleanReport => ({
  steps: [
    step('missingCustomers', 'drop', 135_080, 135_080, 541_895, '9769872.0540', '8300065.8140'),
    step('badDebt', 'drop', 0, 0, 406_815, '8300065.8140', '8300065.8140'),
    step('non-products', 'drop', 1920, 1920, 406_815, '8300065.8140', '8308519.4240'),
    step('exact duplicates', 'drop', 5225, 5225, 404_895, '8308519.4240', '8286512.2040'),
    step('cancellations', 'net', 8872, 0, 399_670, '8286512.2040', '8286512.2040'),
    step('zero prices', 'drop', 40, 40, 399_670, '8286512.2040', '8286512.2040'),
    step('negative quantities', 'drop', 0, 0, 399_630, '8286512.2040', '8278519.4240'),
  ],
  rowsIn: 541_895,
  rowsOut: 399_630,
  customers: 4338,
});

/** Thirteen monthly cohorts whose retention falls and then levels off. */
export function cohortsOf(): FeaturesReport['cohorts'] {
  const sizes = [885, 417, 380, 452, 300, 284, 242, 188, 169, 299, 358, 324, 40];
  const next = stream(5);
  return sizes.flatMap((size, i) =>
    Array.from({ length: sizes.length - i }, (_, since): readonly [string, number, number] => {
      const month = new Date(Date.UTC(2010, 11 + i, 1)).toISOString().slice(0, 10);
      return [month, since, since === 0 ? size : Math.round(size * (0.2 + next() * 0.16 + (i === 0 ? 0.13 : 0)))];
    }),
  );
}
