import type { FeatureSpec } from '../../contracts/features';
import { quoteIdent, quoteText } from '../sql/identifiers';

/** Where a feature is found once each group is a table `features.<group>`. */
function expressionOf({ name, group, kind }: FeatureSpec): string {
  const column = `${quoteIdent(group)}.${quoteIdent(name)}`;
  switch (group) {
    case 'product_mix':
      return `coalesce(product_mix.parts[${quoteText(name.slice('mix_'.length))}], 0.0::DOUBLE)`;
    case 'customers':
      if (kind === 'days') return `date_diff('day', ${column}::DATE, $as_of::DATE)`;
      return kind === 'category' ? `${column}::VARCHAR` : column;
    default:
      return kind === 'category' ? `${column}::VARCHAR` : column;
  }
}

/**
 * The SELECT that joins the groups to `features.features`: one row per pid of the group `rfm`, a column per feature in the order of
 * the catalogue. A group without a row for a customer gives nulls.
 *
 * Parameter: `$as_of DATE`, where a customer attribute is a date.
 */
export function assembleFeatures(features: readonly FeatureSpec[]): string {
  const groups = [...new Set(features.map(({ group }) => group))].filter((group) => group !== 'rfm');
  return [
    'SELECT',
    ['  rfm.pid', ...features.map((spec) => `  ${expressionOf(spec)} AS ${quoteIdent(spec.name)}`)].join(',\n'),
    'FROM features.rfm AS rfm',
    ...groups.map((group) => `LEFT JOIN features.${quoteIdent(group)} AS ${quoteIdent(group)} ON ${quoteIdent(group)}.pid = rfm.pid`),
    'ORDER BY rfm.pid',
  ].join('\n');
}
