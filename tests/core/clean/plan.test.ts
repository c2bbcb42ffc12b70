import { categoryParams } from '../../../src/core/clean/categories';
import { configuredPatterns } from '../../../src/core/clean/patterns';
import { cleaningPlan, policyColumns } from '../../../src/core/clean/plan';
import { configOf } from '../../activities/clean-support';

const FULL = { badDebt: { orderPattern: '^A' }, nonProducts: { codePattern: '^POST$', policy: 'keep' }, cancellations: { orderPattern: '^C' } };
const MIX = { column: 'product_name', categories: [{ name: 'tea', label: 'Tea', pattern: 'tea' }, { name: 'bags', label: 'Bags', pattern: 'bag' }] };

describe('cleaningPlan', () => {
  it('takes lines without a customer first and knows a policy for every configured rule', () => {
    const plan = cleaningPlan(configOf({ cleaning: FULL }).cleaning);
    expect(plan.map(({ rule, policy }) => [rule, policy])).toEqual([
      ['missingCustomers', 'drop'], ['incompleteLines', 'drop'], ['badDebt', 'drop'], ['nonProducts', 'keep'], ['exactDuplicates', 'drop'],
      ['cancellations', 'net'], ['zeroPrices', 'drop'], ['negativePrices', 'drop'], ['negativeQuantities', 'drop'],
    ]);
  });

  it('tells the negative quantities which orders are cancellations', () => {
    const params = (cleaning: Record<string, unknown>) => cleaningPlan(configOf({ cleaning }).cleaning).find(({ rule }) => rule === 'negativeQuantities')?.params;
    expect(params(FULL)).toEqual({ cancellations: '^C' });
    expect(params({})).toEqual({ cancellations: null });
  });

  it('leaves rules that are not configured out of the decision log, and keeps the places of the others', () => {
    const [position, rule, , removes] = policyColumns(cleaningPlan(configOf().cleaning));
    expect(rule.values).toEqual(['missingCustomers', 'incompleteLines', 'exactDuplicates', 'zeroPrices', 'negativePrices', 'negativeQuantities']);
    expect(position.values).toEqual([1, 2, 5, 7, 8, 9]);
    expect(removes.values).toEqual([true, true, true, true, true, true]);
  });

  it('removes under drop alone', () => {
    const [, rule, , removes] = policyColumns(cleaningPlan(configOf({ cleaning: FULL }).cleaning));
    const kept = rule.values.filter((_, i) => !removes.values[i]);
    expect(kept).toEqual(['nonProducts', 'cancellations']);
  });
});

describe('the regular expressions of the cleaning', () => {
  it('are all found, with their places', () => {
    expect(configuredPatterns(configOf({ cleaning: FULL, features: { productMix: MIX } }))).toEqual([
      { path: 'cleaning.badDebt.orderPattern', pattern: '^A' },
      { path: 'cleaning.nonProducts.codePattern', pattern: '^POST$' },
      { path: 'cleaning.cancellations.orderPattern', pattern: '^C' },
      { path: 'features.productMix.categories[0].pattern', pattern: 'tea' },
      { path: 'features.productMix.categories[1].pattern', pattern: 'bag' },
    ]);
    expect(configuredPatterns(configOf())).toEqual([]);
  });

  it('of the categories are bound in order', () => {
    const { productMix } = configOf({ features: { productMix: MIX } }).features;
    expect(categoryParams(productMix)).toEqual({ source: 'product_name', categories: { list: ['tea', 'bags'] }, patterns: { list: ['tea', 'bag'] } });
    expect(categoryParams(undefined)).toEqual({ source: null, categories: { list: [] }, patterns: { list: [] } });
  });
});
