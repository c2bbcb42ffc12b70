import type { PublishedPersonas } from '../../core/personas';

/** A customer-level table of a release: where it comes from, and its key. */
export interface PublishedTable {
  readonly name: string;
  readonly artifact: string;
  /** Columns of a unique key: the order every format is written in. */
  readonly key: readonly string[];
  readonly optional: boolean;
}

/** Tables with one row per customer or less, all with a column `pid`. */
export const CUSTOMER_TABLES: readonly PublishedTable[] = [
  { name: 'customer_personas', artifact: 'personas.memberships', key: ['pid'], optional: false },
  { name: 'customer_features', artifact: 'features.features', key: ['pid'], optional: false },
  { name: 'at_risk', artifact: 'personas.at_risk', key: ['pid'], optional: true },
  { name: 'whales', artifact: 'personas.whales', key: ['pid'], optional: true },
];

/** The personas as a flat table; revenue as text, cast to a DECIMAL with the scale it was written with. */
export const PERSONA_COLUMNS = [
  ['persona_key', 'VARCHAR'],
  ['name', 'VARCHAR'],
  ['named_after', 'VARCHAR'],
  ['cluster', 'INTEGER'],
  ['change', 'VARCHAR'],
  ['overlap', 'DOUBLE'],
  ['born_as_of', 'DATE'],
  ['customers', 'BIGINT'],
  ['share', 'DOUBLE'],
  ['revenue', 'DECIMAL'],
  ['revenue_share', 'DOUBLE'],
  ['stability_jaccard', 'DOUBLE'],
  ['stability_label', 'VARCHAR'],
  ['whales', 'BIGINT'],
  ['at_risk', 'BIGINT'],
  ['came_from', 'VARCHAR'],
  ['renamed_from', 'VARCHAR'],
  ['notes', 'BIGINT'],
  ['notes_to_review', 'BIGINT'],
] as const;

export type PersonaCell = string | number | null;

/** Rows of the table `personas`, in the order of `PERSONA_COLUMNS`. */
export function personaRows({ personas }: PublishedPersonas): PersonaCell[][] {
  return personas.map((p) => [
    p.key,
    p.name,
    p.namedAfter.join(', '),
    p.cluster,
    p.change,
    p.overlap,
    p.bornAsOf,
    p.customers,
    p.share,
    p.revenue,
    p.revenueShare,
    p.stability.jaccard,
    p.stability.label,
    p.whales,
    p.atRisk,
    p.identity.from.map(({ key }) => key).join(', '),
    p.naming.before?.name ?? null,
    p.notes.length,
    p.notes.filter(({ review }) => review !== null).length,
  ]);
}

/** Decimal places of the longest of some decimal texts, e.g. 4 for `12.5000`. */
export const scaleOf = (texts: readonly string[]): number =>
  Math.max(0, ...texts.map((text) => (text.split('.')[1] ?? '').length));
