import type { TRANSACTION_COLUMNS } from '../../config/sources';
import { PipelineError } from '../../contracts/errors';
import { orderedColumns, type ColumnConfig, type ColumnType, type SourceConfig } from './contract';
import type { RowRules } from './read-select';

export type Role = 'transactions' | 'customers';

/** The columns every role has, in the order of its output. */
const OWN: Readonly<Record<Role, readonly (typeof TRANSACTION_COLUMNS)[number][]>> = {
  transactions: ['customer_id', 'order_id', 'product_code', 'quantity', 'unit_price', 'ordered_at'],
  customers: ['customer_id'],
};

const RESERVED = new Set(['row_id', 'pid', 'reject_reason', 'reject_record']);
const CLOCKS: readonly ColumnType[] = ['date', 'timestamp'];
/** What the role's own columns may be declared as, and what they become (docs/tables.md). */
const ROLE_TYPES: Readonly<
  Record<Role, Readonly<Record<string, { readonly from: readonly ColumnType[]; readonly as: ColumnType }>>>
> = {
  transactions: {
    quantity: { from: ['integer'], as: 'integer' },
    unit_price: { from: ['decimal', 'integer'], as: 'decimal' },
    ordered_at: { from: CLOCKS, as: 'timestamp' },
  },
  customers: {},
};

const invalid = (role: Role, message: string): PipelineError =>
  new PipelineError('CONFIG_INVALID', `sources.${role}: ${message}`, { role });

function typed(role: Role, name: string, config: ColumnConfig): ColumnConfig {
  const rule = ROLE_TYPES[role][name];
  if (!rule) return config;
  if (!rule.from.includes(config.type))
    throw invalid(role, `the column "${name}" must be of type ${rule.from.join(' or ')}, not ${config.type}`);
  return { ...config, type: rule.as, whole: config.type === 'integer' && rule.as !== 'integer' };
}

/**
 * The declared columns of a role in the order of its output, with the types the role asks for.
 *
 * @throws PipelineError `CONFIG_INVALID` for reserved names and types the role cannot have.
 */
export function declaredColumns(role: Role, source: SourceConfig): readonly (readonly [string, ColumnConfig])[] {
  return orderedColumns(source.columns, OWN[role]).map(([name, config]) => {
    if (RESERVED.has(name))
      throw invalid(role, `the column name "${name}" is taken by the pipeline; map it to another name`);
    return [name, typed(role, name, config)] as const;
  });
}

function clock(role: Role, what: string, name: string | undefined, source: SourceConfig): string | null {
  if (name === undefined) return null;
  const column = source.columns[name];
  if (!column) throw invalid(role, `${what} names the column "${name}", which is not mapped`);
  if (!CLOCKS.includes(column.type))
    throw invalid(role, `${what} names the column "${name}", which is ${column.type}, not a date or timestamp`);
  return name;
}

/** Which rows a run sees. A row without a clock that is needed cannot be placed in time: it is rejected as `missing <column>`. */
export function rowRules(role: Role, source: SourceConfig, runHasKnownAt: boolean): RowRules {
  const event = role === 'transactions' ? 'ordered_at' : null;
  const load = clock(role, 'knownAt', source.knownAt, source);
  const knownAt = runHasKnownAt ? load : null;
  const freshness = clock(role, 'freshness.column', source.freshness?.column, source);
  const clocks = [event, knownAt, freshness];
  const required = declaredColumns(role, source).filter(([name, config]) => config.required || clocks.includes(name));
  return { required: required.map(([name]) => name), event, knownAt, freshness };
}
