import type { Preprocessing } from '../../contracts/model';
import { clamp, type FeatureRow } from './apply';
import { basisValue } from './basis';

/** One model value that preparation changed, on the basis scale (raw units, or the log-ratio of shares). */
export interface ChangedCell {
  readonly column: string;
  readonly change: 'imputed' | 'winsorised';
  /** Null where it was missing. */
  readonly before: number | null;
  readonly after: number;
}

/** What imputation and winsorising did to one customer's values: the audit of `applyPreprocessing`. O(d). */
export function changedCells({ columns }: Preprocessing, row: FeatureRow): ChangedCell[] {
  return columns.flatMap(({ column, from, basis, impute, winsorise }): ChangedCell[] => {
    const raw = basisValue(basis, Float64Array.from(from, (name) => row[name] ?? NaN));
    if (Number.isNaN(raw)) return [{ column, change: 'imputed', before: null, after: clamp(impute.value, winsorise) }];
    const after = clamp(raw, winsorise);
    return after === raw ? [] : [{ column, change: 'winsorised', before: raw, after }];
  });
}
