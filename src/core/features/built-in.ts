import type { FeatureSpec } from '../../contracts/features';

type Words = FeatureSpec['words'];

/** Columns of the groups every project has, in order. Words are adjectives that stand before "customers" and can follow one another. */
export function builtInFeatures(currency: string): FeatureSpec[] {
  const of = (group: string) => (name: string, kind: FeatureSpec['kind'], unit: string, label: string, words: Words): FeatureSpec => ({ name, group, kind, unit, label, whole: null, words });
  const words = (high: string, low: string): Words => ({ high, low });
  const [rfm, orders, timing] = [of('rfm'), of('orders'), of('timing')];
  return [
    rfm('recency_days', 'days', 'days', 'Days since last order', words('Lapsed', 'Recent')),
    rfm('frequency', 'count', 'orders', 'Orders', words('Frequent', 'Occasional')),
    rfm('monetary', 'amount', currency, 'Revenue', words('High-value', 'Low-value')),
    rfm('r_score', 'score', 'of 5', 'Recency score', null),
    rfm('f_score', 'score', 'of 5', 'Frequency score', null),
    rfm('m_score', 'score', 'of 5', 'Monetary score', null),
    orders('average_order_value', 'amount', currency, 'Average order value', words('Big-basket', 'Small-basket')),
    orders('basket_units', 'number', 'units', 'Units per order', words('Bulk-buying', 'Few-unit')),
    orders('basket_lines', 'number', 'lines', 'Lines per order', words('Long-list', 'Short-list')),
    orders('distinct_products', 'count', 'products', 'Distinct products bought', words('Wide-range', 'Narrow-range')),
    orders('return_rate', 'share', '%', 'Value returned', words('Send-back', 'Keep-all')),
    timing('tenure_days', 'days', 'days', 'Days since first order', words('Long-standing', 'New')),
    timing('interpurchase_days', 'days', 'days', 'Mean days between orders', words('Slow-cycle', 'Quick-cycle')),
    timing('median_gap_days', 'days', 'days', 'Median days between orders', words('Long-gap', 'Short-gap')),
    timing('clv_recency_days', 'days', 'days', 'Days from first to last order', words('Long-active', 'Short-lived')),
    timing('night_share', 'share', '%', 'Orders at night', words('Night-time', 'Daytime')),
    timing('weekend_share', 'share', '%', 'Orders at the weekend', words('Weekend', 'Weekday')),
    ...['spring', 'summer', 'autumn', 'winter'].map((season): FeatureSpec => ({
      name: `season_${season}`,
      group: 'seasonality',
      kind: 'part',
      unit: '%',
      label: `Value bought in ${season}`,
      whole: 'seasonality',
      words: words(`${season.charAt(0).toUpperCase()}${season.slice(1)}-season`, `Off-${season}`),
    })),
  ];
}
