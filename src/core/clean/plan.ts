import type { ProjectConfig } from '../../config/project';

export type CleaningConfig = ProjectConfig['cleaning'];

/** The rules in the order they are applied, each with the SQL model that lists the lines it meets. */
const MODELS = {
  missingCustomers: 'clean/missing_customers',
  incompleteLines: 'clean/incomplete_lines',
  badDebt: 'clean/bad_debt',
  nonProducts: 'clean/non_products',
  exactDuplicates: 'clean/exact_duplicates',
  cancellations: 'clean/cancellations',
  zeroPrices: 'clean/zero_prices',
  negativePrices: 'clean/negative_prices',
  negativeQuantities: 'clean/negative_quantities',
} as const;

export type CleaningRule = keyof typeof MODELS;

export interface PlannedRule {
  readonly rule: CleaningRule;
  readonly model: string;
  /** What the rule binds; nulls match nothing. */
  readonly params: Readonly<Record<string, string | null>>;
  /** Null: not configured, so not applied and not in the decision log. */
  readonly policy: 'drop' | 'keep' | 'net' | null;
}

/**
 * What the cleaning does, rule by rule. Lines without a customer go before anything can take them for duplicates; lines without
 * an order, quantity, price or time go next, whatever the config, as nothing can be computed from them.
 */
export function cleaningPlan(cleaning: CleaningConfig): readonly PlannedRule[] {
  const { badDebt, nonProducts, cancellations } = cleaning;
  const cancelled = cancellations?.orderPattern ?? null;
  const rule = (name: CleaningRule, policy: PlannedRule['policy'], params: PlannedRule['params'] = {}): PlannedRule => ({ rule: name, model: MODELS[name], policy, params });
  return [
    rule('missingCustomers', cleaning.missingCustomers),
    rule('incompleteLines', 'drop'),
    rule('badDebt', badDebt?.policy ?? null, { pattern: badDebt?.orderPattern ?? null }),
    rule('nonProducts', nonProducts?.policy ?? null, { pattern: nonProducts?.codePattern ?? null }),
    rule('exactDuplicates', cleaning.exactDuplicates),
    rule('cancellations', cancellations?.policy ?? null, { pattern: cancelled }),
    rule('zeroPrices', cleaning.zeroPrices),
    rule('negativePrices', cleaning.negativePrices),
    rule('negativeQuantities', cleaning.negativeQuantities, { cancellations: cancelled }),
  ];
}

/** The columns of the lookup `clean.policies`: the configured rules, with their places in the order. */
export function policyColumns(plan: readonly PlannedRule[]) {
  const applied = plan.flatMap(({ rule, policy }, i) => (policy === null ? [] : [{ position: i + 1, rule, policy }]));
  return [
    { name: 'position', type: 'INTEGER', values: applied.map(({ position }) => position) },
    { name: 'rule', type: 'VARCHAR', values: applied.map(({ rule }) => rule) },
    { name: 'policy', type: 'VARCHAR', values: applied.map(({ policy }) => policy) },
    { name: 'removes', type: 'BOOLEAN', values: applied.map(({ policy }) => policy === 'drop') },
  ] as const;
}
