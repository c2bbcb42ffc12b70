import type { FeatureSpec } from '../../contracts/features';
import type { CategoryProfile } from '../../contracts/personas';

/** One row of the SQL model `personas/levels`: customers of a cluster at a level of a category feature. */
export interface LevelRow {
  readonly feature: string;
  readonly level: string;
  readonly cluster: number;
  readonly customers: number;
}

/** Levels that fewer than kMin customers have in all, or that are not among the most common, stand together under this name. */
const RARE = '(rare)';
/** More levels than this describe nobody: a code or a free text. */
const MOST_LEVELS = 50;

/**
 * Shares of the levels of each category feature, by cluster and in the base. Cells with fewer than `kMin` customers are suppressed
 * (share null), and where a single cell of a row or column would follow from the others, the next smallest is suppressed with it.
 * Levels rarer than `kMin` in the base, and those beyond the 50 most common, are pooled, and left out where even the pool is too small.
 *
 * @param sizes Customers by cluster.
 * @returns Profiles by cluster, levels in descending order of base share.
 */
export function categoryProfiles(specs: readonly FeatureSpec[], rows: readonly LevelRow[], sizes: readonly number[], kMin: number): CategoryProfile[][] {
  const customers = sizes.reduce((sum, n) => sum + n, 0);
  const tables = specs
    .filter(({ kind }) => kind === 'category')
    .map((spec) => ({ spec, levels: levelTable(rows.filter(({ feature }) => feature === spec.name), sizes.length, kMin) }));
  const hidden = tables.map(({ levels }) => suppressed(levels.map(({ counts }) => counts), kMin));
  return sizes.map((size, cluster) =>
    tables.map(({ spec, levels }, t) => ({
      feature: spec.name,
      label: spec.label,
      levels: levels.map(({ level, counts, total }, l) => ({
        level,
        share: hidden[t][l][cluster] ? null : counts[cluster] / size,
        base: total / customers,
      })),
    })),
  );
}

function levelTable(rows: readonly LevelRow[], k: number, kMin: number) {
  const counted = new Map<string, number[]>();
  for (const { level, cluster, customers } of rows) {
    const counts = counted.get(level) ?? new Array<number>(k).fill(0);
    counts[cluster] += customers;
    counted.set(level, counts);
  }
  const levels = [...counted].map(([level, counts]) => ({ level, counts, total: counts.reduce((sum, n) => sum + n, 0) })).sort(byCustomers);
  const common = levels.slice(0, MOST_LEVELS).filter(({ total }) => total >= kMin);
  const rare = levels.slice(common.length);
  const pool = {
    level: RARE,
    counts: Array.from({ length: k }, (_, c) => rare.reduce((sum, { counts }) => sum + counts[c], 0)),
    total: rare.reduce((sum, { total }) => sum + total, 0),
  };
  return [...common, ...(pool.total >= kMin ? [pool] : [])].sort(byCustomers);
}

type Counted = { readonly level: string; readonly total: number };
const byCustomers = (a: Counted, b: Counted): number => b.total - a.total || (a.level < b.level ? -1 : 1);

/** Which cells of levels x clusters are not shown: small ones, then as many more as keep a lone one from being worked out. */
function suppressed(counts: readonly (readonly number[])[], kMin: number): boolean[][] {
  const hidden = counts.map((row) => row.map((n) => n < kMin));
  const levels = counts.map((_, l) => l);
  const clusters = (counts[0] ?? []).map((_, c) => c);
  const lines = [...levels.map((l) => clusters.map((c) => [l, c] as const)), ...clusters.map((c) => levels.map((l) => [l, c] as const))];
  for (let changed = true; changed; ) {
    changed = false;
    for (const line of lines) {
      const open = line.filter(([l, c]) => !hidden[l][c]);
      if (line.length - open.length !== 1 || open.length === 0) continue;
      const [l, c] = open.reduce((least, cell) => (counts[cell[0]][cell[1]] < counts[least[0]][least[1]] ? cell : least));
      hidden[l][c] = true;
      changed = true;
    }
  }
  return hidden;
}
